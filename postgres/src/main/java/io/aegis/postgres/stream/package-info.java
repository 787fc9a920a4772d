/**
 * Receiving the log from a server: one thread receives, one makes durable, one compacts.
 *
 * <p>Rules. S1 the flush position told to the server is never beyond what is durable in the
 * repository, part and mark both. S2 log is stored only if it continues what is stored, record by
 * record. S3 what arrives while the store is slow waits in a bounded buffer; when that is full, the
 * server waits. S4 each connection names its timeline, since without it a server streams past a
 * fork in silence.
 *
 * <p>Kept secret here: the streaming replication protocol. Must never decide about targets.
 */
@NullMarked
package io.aegis.postgres.stream;

import org.jspecify.annotations.NullMarked;
