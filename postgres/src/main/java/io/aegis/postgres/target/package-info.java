/**
 * Targets: which moments can be recovered, and how PostgreSQL is told to stop at one of them.
 *
 * <p>The rules, each with its reason in the class that follows it: a base is chosen by its end,
 * never by its start (trap T36); it must lie on the way to the target's timeline, before the fork
 * (trap T37); a moment becomes the start of a record, because a time, a name or a transaction can
 * be missed by replay and a start cannot.
 *
 * <p>Kept secret here: how summaries are searched. Must never write.
 */
@NullMarked
package io.aegis.postgres.target;

import org.jspecify.annotations.NullMarked;
