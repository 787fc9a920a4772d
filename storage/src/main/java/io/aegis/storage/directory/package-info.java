/**
 * A store of files in a directory, written so that a crash at any instant leaves an object whole or
 * absent.
 *
 * <p>Kept secret here: file system calls, which of them must be followed by fsync, and what a file
 * system's complaint means.
 */
@NullMarked
package io.aegis.storage.directory;

import org.jspecify.annotations.NullMarked;
