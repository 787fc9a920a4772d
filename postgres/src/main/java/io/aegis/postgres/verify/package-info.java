/**
 * Whether what was recovered is sound: its pages, its indexes, and what its owner says must be true
 * of it; and, once it takes writes, what its owner's own script says.
 *
 * <p>Invariants: nothing here writes to a database that may still have to go backwards; what could
 * not be looked at is "not measured" with the reason, never passed.
 *
 * <p>Kept secret here: checksums, amcheck, SQL and processes. Must never hear of plans.
 */
@NullMarked
package io.aegis.postgres.verify;

import org.jspecify.annotations.NullMarked;
