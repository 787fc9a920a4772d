package io.aegis.repository;

/**
 * A snapshot on its way. Closing without {@link #commit} leaves nothing that a reader sees; what
 * was already stored can be referred to by the next attempt (see {@link Repository#unfinished}).
 */
public interface SnapshotWriter extends AutoCloseable {

  SnapshotId id();

  /** A worker with buffers, cipher and pack of its own, for one thread at a time. */
  SnapshotWorker worker();

  /**
   * Makes the snapshot visible, once every worker is closed. All it refers to is durable before.
   *
   * @param attributes the protector's own facts, kept small (at most 64 KiB) because listings carry
   *     them
   */
  SnapshotSummary commit(byte[] attributes);

  @Override
  void close();
}
