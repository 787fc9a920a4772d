/**
 * Object stores: a directory, S3 and memory behind one small face, and the decorators that retry,
 * delay, count and crash at a named point.
 *
 * <p>Kept secret here: file system calls, the S3 protocol, what is worth retrying. Must never hear
 * of chunks, encryption or snapshots.
 */
@NullMarked
package io.aegis.storage;

import org.jspecify.annotations.NullMarked;
