/** Tests of the names of tables that are kept with a snapshot. */
@NullMarked
package io.aegis.postgres.names;

import org.jspecify.annotations.NullMarked;
