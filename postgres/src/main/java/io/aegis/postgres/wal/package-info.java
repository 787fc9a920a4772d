/**
 * Reading the write-ahead log of PostgreSQL 15 to 18: pure, from bytes as they arrive.
 *
 * <p>Read in this order: {@link io.aegis.postgres.wal.WalScanner} (pages and records), {@link
 * io.aegis.postgres.wal.WalEvent} (what is told of them). Nothing that is read is trusted: whatever
 * the bytes are, the answer is events, then at most one end, "the log ends here" or "damaged here".
 *
 * <p>Kept secret here: the layout of pages and records (src/include/access/xlog_internal.h,
 * xlogrecord.h, xact.h, heapam_xlog.h). Must never do I/O.
 */
@NullMarked
package io.aegis.postgres.wal;

import org.jspecify.annotations.NullMarked;
