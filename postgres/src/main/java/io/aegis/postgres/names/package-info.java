/**
 * What the log's numbers for tables mean to people. Kept secret here: where such names are kept
 * with a snapshot, and how.
 */
@NullMarked
package io.aegis.postgres.names;

import org.jspecify.annotations.NullMarked;
