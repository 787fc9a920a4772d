/** The private half of a circle. */
@NullMarked
package io.aegis.e2e.house.bad.lower.inner;

import org.jspecify.annotations.NullMarked;
