/**
 * Snapshots: how files become a table, a manifest and a root, how an attempt that died is
 * continued, and how all of it is read again.
 *
 * <p>Kept secret here: the layouts of {@code docs/format/snapshot.md} and the order of writes
 * (rules R1 to R6 of {@code docs/INVARIANTS.md}). Must never hear of what the files mean.
 */
@NullMarked
package io.aegis.repository.snapshot;

import org.jspecify.annotations.NullMarked;
