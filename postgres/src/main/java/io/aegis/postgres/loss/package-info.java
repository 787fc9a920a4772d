/**
 * Scenario database-loss as a plan: which steps in which order, what they take away, whose the
 * database becomes, and whether a plan that was kept is still the one that Aegis would make.
 *
 * <p>Invariants: from the same payloads come the same steps, to the last word that is shown; a plan
 * that is not made again so is carried out by nobody.
 *
 * <p>Kept secret here: the chain of steps, and what root does not take from a plan. Must never hear
 * of how a step is run.
 */
@NullMarked
package io.aegis.postgres.loss;

import org.jspecify.annotations.NullMarked;
