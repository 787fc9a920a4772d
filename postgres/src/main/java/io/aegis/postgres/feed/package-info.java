/**
 * How recovery gets its log: a spool directory that is filled ahead of need, and the small shell
 * script that PostgreSQL calls as {@code restore_command}.
 *
 * <p>Invariants: a file stands in the spool under its name only when it is whole; the script
 * answers "no such file" only when the feeder has proved it, since PostgreSQL takes that answer for
 * the end of the log (trap T28). When nothing feeds any more, the script makes PostgreSQL stop.
 *
 * <p>Kept secret here: the layout of the spool. Must never hear of repositories or plans.
 */
@NullMarked
package io.aegis.postgres.feed;

import org.jspecify.annotations.NullMarked;
