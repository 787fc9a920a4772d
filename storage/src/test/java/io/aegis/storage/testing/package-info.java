/**
 * Real object stores for tests. Kept secret here: which S3 server is run, and how it is told its
 * ports and keys.
 */
@NullMarked
package io.aegis.storage.testing;

import org.jspecify.annotations.NullMarked;
