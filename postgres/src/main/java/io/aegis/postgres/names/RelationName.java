package io.aegis.postgres.names;

import io.aegis.postgres.wal.RelationFile;

/**
 * What people call the storage of a table or index.
 *
 * @param file as the log calls it
 * @param database the name of its database; empty for what all databases share
 * @param relation with its schema, quoted where SQL needs it: {@code public.orders}; of an index or
 *     the like, also what it is
 */
public record RelationName(RelationFile file, String database, String relation) {}
