/**
 * The typed steps by which a lost database comes back: the source fenced, the files restored, the
 * log replayed to the target, the result verified while nothing can write, promoted behind its
 * fence, tried, opened.
 *
 * <p>Invariants: no step trusts its memory, each asks the world (the directory's marker, the lock
 * file, the server) how far it is; a database that was promoted is never taken backwards.
 *
 * <p>Kept secret here: payloads and their JSON, runners and probes. Must never hear of other
 * protectors.
 */
@NullMarked
package io.aegis.postgres.steps;

import org.jspecify.annotations.NullMarked;
