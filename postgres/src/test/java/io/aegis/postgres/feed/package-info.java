/** Tests of the spool, its feeder and the script that PostgreSQL calls. */
@NullMarked
package io.aegis.postgres.feed;

import org.jspecify.annotations.NullMarked;
