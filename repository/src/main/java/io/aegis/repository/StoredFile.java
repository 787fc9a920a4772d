package io.aegis.repository;

/**
 * A file of a snapshot.
 *
 * @param spec as it was listed
 * @param size the bytes captured
 * @param map where they are; opaque
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, compared by nobody
public record StoredFile(FileSpec spec, long size, byte[] map) {}
