/**
 * Plans and their execution: what is to be done, by whom it was allowed, how far it has come, and
 * the proof of it afterwards. Knows steps only by kind, version and payload; each protector brings
 * its own as {@link io.aegis.recovery.StepType}s.
 *
 * <p>Read in this order: {@link io.aegis.recovery.Plan} (decided once, from reads only), {@link
 * io.aegis.recovery.StepRunner} (what a protector writes), {@link io.aegis.recovery.Executions}
 * (start, run, resume, decide), {@link io.aegis.recovery.Evidence} (what remains).
 *
 * <p>Kept secret here: the names and bytes of journal entries, claims and requests, the engine, and
 * the transition table. Must never hear of PostgreSQL, Kubernetes or HTTP.
 */
@NullMarked
package io.aegis.recovery;

import org.jspecify.annotations.NullMarked;
