/**
 * Priority 2, the database: snapshots of a running PostgreSQL 15 to 18, its write-ahead log to the
 * second, the exact window of moments that can be recovered, and the way back to any of them.
 *
 * <p>Kept secret here: the file formats and protocols of PostgreSQL, and the 44 traps of backing it
 * up. Must never hear of another protector.
 */
@NullMarked
package io.aegis.postgres;

import org.jspecify.annotations.NullMarked;
