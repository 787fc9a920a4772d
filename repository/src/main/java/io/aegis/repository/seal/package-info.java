/**
 * Seals: how bytes become ciphertext that is bound to its repository, its name and its place, and
 * how they are opened again or refused.
 *
 * <p>Kept secret here: key derivation, nonces, associated data and compression of
 * {@code docs/format/record.md}. Must never hear of snapshots, files or key slots.
 */
@NullMarked
package io.aegis.repository.seal;

import org.jspecify.annotations.NullMarked;
