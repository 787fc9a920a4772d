/** The other half of a circle. */
@NullMarked
package io.aegis.e2e.house.bad.lower.circle;

import org.jspecify.annotations.NullMarked;
