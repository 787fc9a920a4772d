/**
 * The source: a running server, asked by SQL about itself, its settings and its fitness to be
 * protected, and found on this machine when nobody has said where it is.
 *
 * <p>Kept secret here: the JDBC driver, catalog queries and their differences between versions.
 * Must never hear of repositories or snapshots; never changes anything on the server.
 */
@NullMarked
package io.aegis.postgres.cluster;

import org.jspecify.annotations.NullMarked;
