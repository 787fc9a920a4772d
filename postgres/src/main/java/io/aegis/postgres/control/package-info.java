/**
 * The control file of a cluster, {@code global/pg_control}: who the cluster is, how its files are
 * cut, and where recovery would begin.
 *
 * <p>Kept secret here: the layout of ControlFileData in PostgreSQL 15 to 18, that it may be read
 * half-written (trap T15), and how a copy is made unfit to start without its backup label (T17).
 */
@NullMarked
package io.aegis.postgres.control;

import org.jspecify.annotations.NullMarked;
