/**
 * Object stores: a directory, S3 and memory behind one small face, and the decorators that retry,
 * throttle and inject faults.
 *
 * <p>Kept secret here: file system calls, the S3 protocol, what is worth retrying. Must never hear
 * of chunks, encryption or snapshots.
 */
@NullMarked
package io.aegis.storage;

import org.jspecify.annotations.NullMarked;
