@NullMarked
package io.aegis.postgres.archive;

import org.jspecify.annotations.NullMarked;
