/**
 * Plans as a thing to compute with: the graph of their steps, the longest chain through it, and the
 * canonical JSON of {@code docs/format/plan.md}.
 *
 * <p>Kept secret here: every member name of a plan's JSON. Must never hear of executions.
 */
@NullMarked
package io.aegis.recovery.plan;

import org.jspecify.annotations.NullMarked;
