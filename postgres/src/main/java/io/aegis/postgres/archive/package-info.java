/**
 * The log in the repository. Read in this order: {@link io.aegis.postgres.archive.WalNames} (every
 * object there is), {@link io.aegis.postgres.archive.WalFiling} (writing), {@link
 * io.aegis.postgres.archive.WalArchive} (reading).
 *
 * <p>Rules. A1 nothing is overwritten: another content under a taken name is refused (trap T26). A2
 * a durable mark names only log that is durable, and lies under another prefix, so that a missing
 * tail shows. A3 parts are deleted only after the slice that holds their bytes, and its summary,
 * are durable. A4 at least two marks of a timeline are kept. A5 what several objects hold twice
 * must be the same bytes: what contradicts is not deleted, and who is refused leaves a trace of it.
 *
 * <p>Kept secret here: names and layouts, {@code docs/format/wal.md}. Must never talk to a server.
 */
@NullMarked
package io.aegis.postgres.archive;

import org.jspecify.annotations.NullMarked;
