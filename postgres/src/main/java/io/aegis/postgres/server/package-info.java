/**
 * A PostgreSQL on this machine: started so that it outlives Aegis, found again by whoever comes
 * next, stopped, asked how far replay has come, promoted.
 *
 * <p>Invariants: no process is signalled before it is proved to be the postmaster of that very data
 * directory; a server is reached over a socket in a directory that only this account can enter.
 *
 * <p>Kept secret here: process ids, the lock file {@code postmaster.pid}, signals, the account
 * under which a server may run, the socket that pgjdbc talks through. Must never hear of
 * repositories.
 */
@NullMarked
package io.aegis.postgres.server;

import org.jspecify.annotations.NullMarked;
