/**
 * {@code aegis wal}: the log, as it arrives and as it lies in the repository.
 *
 * <p>Kept secret here: how a stream looks on a terminal and in a log.
 */
@NullMarked
package io.aegis.cli.wal;

import org.jspecify.annotations.NullMarked;
