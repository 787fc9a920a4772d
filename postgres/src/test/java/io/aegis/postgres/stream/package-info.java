@NullMarked
package io.aegis.postgres.stream;

import org.jspecify.annotations.NullMarked;
