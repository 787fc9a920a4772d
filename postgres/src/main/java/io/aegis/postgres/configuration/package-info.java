/**
 * The files by which PostgreSQL is configured, as text and as settings.
 *
 * <p>Kept secret here: their grammar (src/backend/utils/misc/guc-file.l, and "The pg_hba.conf File"
 * in the documentation). Must never hear of where a file lies or of who wants to change it.
 */
@NullMarked
package io.aegis.postgres.configuration;

import org.jspecify.annotations.NullMarked;
