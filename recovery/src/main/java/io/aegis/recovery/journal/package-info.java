/**
 * The journal of an execution: one record per entry, each holding the hash of the one before, each
 * put under the next number if and only if that number is free. Whoever takes over takes the next
 * number too, which is why the one who led before can write nothing more.
 *
 * <p>Kept secret here: every name below {@code executions/} and {@code claims/}, every member of an
 * entry (docs/format/journal.md), the file that keeps entries while the repository is away. Must
 * never hear of threads or of what a step does.
 */
@NullMarked
package io.aegis.recovery.journal;

import org.jspecify.annotations.NullMarked;
