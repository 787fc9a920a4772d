/**
 * Stores for tests: the contract that every store keeps, stores that fail and crash by a seed, and
 * a real S3 server. The fault model is in docs/TESTING.md.
 *
 * <p>Kept secret here: which S3 server is run, and how it is told its ports and keys.
 */
@NullMarked
package io.aegis.storage.testing;

import org.jspecify.annotations.NullMarked;
