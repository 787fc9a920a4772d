@NullMarked
package io.aegis.postgres.control;

import org.jspecify.annotations.NullMarked;
