/**
 * Taking base backups: one SQL session that holds the backup open, workers that copy the files
 * beside it and judge every page on the way, and what must be true before the result counts.
 *
 * <p>Kept secret here: the order of a backup (traps T1 to T5, T14), what an incremental one may
 * skip (T20 to T25), and the encoding of a snapshot's facts. Must never hear of restoring.
 */
@NullMarked
package io.aegis.postgres.snapshot;

import org.jspecify.annotations.NullMarked;
