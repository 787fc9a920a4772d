package io.aegis.repository;

import java.time.Instant;

/**
 * What a listing of snapshots shows, without opening any.
 *
 * @param begun when the first byte was captured, by the clock of the one who captured
 * @param finished when it was committed
 * @param files files, directories and links
 * @param sourceBytes the size of what was captured, in bytes
 * @param addedBytes what the repository grew by, in bytes
 * @param attributes the protector's own facts, opaque here (see {@link SnapshotWriter#commit})
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, compared by nobody
public record SnapshotSummary(
    SnapshotId id,
    ComponentName component,
    Instant begun,
    Instant finished,
    long files,
    long sourceBytes,
    long addedBytes,
    byte[] attributes) {}
