/**
 * Real PostgreSQL clusters for tests, of every major version that is protected.
 *
 * <p>Kept secret here: how a server is started by root, which it refuses, and how every process of
 * a cluster is found and ended.
 */
@NullMarked
package io.aegis.postgres.testing;

import org.jspecify.annotations.NullMarked;
