/**
 * Packs: how sealed frames are gathered into objects of 16 MiB, made durable in the background, and
 * found again by pack, offset and length.
 *
 * <p>Kept secret here: the byte layout of {@code docs/format/pack.md}, the key of a pack and the
 * nonce of a frame. Must never hear of files, regions or snapshots.
 */
@NullMarked
package io.aegis.repository.pack;

import org.jspecify.annotations.NullMarked;
