/**
 * The content of files: regions of 64 MiB, each a base of 64 KiB frames and at most one layer of
 * changed 8 KiB pages over it, and how both are written, compared, merged and read.
 *
 * <p>Kept secret here: the maps of {@code docs/format/map.md}. Must never hear of paths, snapshots
 * or components.
 */
@NullMarked
package io.aegis.repository.content;

import org.jspecify.annotations.NullMarked;
