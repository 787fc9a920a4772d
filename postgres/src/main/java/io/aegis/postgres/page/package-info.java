/**
 * Pages of relations: their checksum, and how a page that was caught in the middle of being written
 * is told from one that is corrupt (trap T18).
 *
 * <p>Kept secret here: PostgreSQL's page header and its checksum (src/include/storage/bufpage.h and
 * checksum_impl.h). Must never hear of files or of how a page was read.
 */
@NullMarked
package io.aegis.postgres.page;

import org.jspecify.annotations.NullMarked;
