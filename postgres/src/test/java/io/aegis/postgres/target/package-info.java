@NullMarked
package io.aegis.postgres.target;

import org.jspecify.annotations.NullMarked;
