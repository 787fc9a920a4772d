/**
 * What a data directory consists of: which files make up the database, which are leftovers of the
 * running server, and what their names say (traps T7 to T13).
 *
 * <p>Kept secret here: PostgreSQL's directory layout and naming rules
 * (src/backend/backup/basebackup.c, src/common/relpath.c). Must never hear of SQL or of copying.
 */
@NullMarked
package io.aegis.postgres.layout;

import org.jspecify.annotations.NullMarked;
