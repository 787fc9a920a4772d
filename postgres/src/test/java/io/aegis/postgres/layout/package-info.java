@NullMarked
package io.aegis.postgres.layout;

import org.jspecify.annotations.NullMarked;
