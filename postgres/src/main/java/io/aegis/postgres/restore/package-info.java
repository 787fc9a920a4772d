/**
 * Puts a snapshot's files back, in a new place, so that PostgreSQL recovers from them to one
 * position of the log and stands there, read-only and behind a fence.
 *
 * <p>Invariants: nothing is written before a plan made of reads alone says that it will succeed;
 * never over files that are not our own; a file that stands under its name is whole and on disk;
 * the control file comes last, so a directory that PostgreSQL would start is complete (trap T16).
 * Killed at any instant, the next run goes on.
 *
 * <p>Kept secret here: the marker that makes a directory ours, the order of writes, the
 * configuration of a fenced recovery. Must never hear of plans, steps or approvals.
 */
@NullMarked
package io.aegis.postgres.restore;

import org.jspecify.annotations.NullMarked;
