/**
 * What past executions measured, and the forecasts drawn from it.
 *
 * <p>Kept secret here: the names and the content of the records under {@code rates/}. Must never
 * hear of plans: a rate belongs to a kind of step and a unit.
 */
@NullMarked
package io.aegis.recovery.estimate;

import org.jspecify.annotations.NullMarked;
