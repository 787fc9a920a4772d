@NullMarked
package io.aegis.postgres.loss;

import org.jspecify.annotations.NullMarked;
