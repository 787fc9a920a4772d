/**
 * The engine that carries a plan out, in one process, and everything that happens around a lead:
 * claims before it, requests during it, what remains after it.
 *
 * <p>Read in this order: {@link io.aegis.recovery.execution.JournalledExecutions}, {@link
 * io.aegis.recovery.execution.Engine}, {@link io.aegis.recovery.execution.Crew} (the rules E1 to
 * E4).
 *
 * <p>Kept secret here: threads, clocks, retries, claims and requests. Must never hear of the bytes
 * of an entry.
 */
@NullMarked
package io.aegis.recovery.execution;

import org.jspecify.annotations.NullMarked;
