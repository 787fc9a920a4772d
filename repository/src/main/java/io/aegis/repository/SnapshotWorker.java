package io.aegis.repository;

/**
 * Captures one file after the other; closing it makes what it gathered durable. After a capture
 * that failed it can only be closed, and the snapshot cannot be committed.
 */
public interface SnapshotWorker extends AutoCloseable {

  /**
   * Captures a file, directory or link. Never reads more of a file than {@link FileSpec#size}; a
   * source that ends earlier is stored as long as it was.
   *
   * @param changes which parts can differ from the bases of the draft
   */
  Captured capture(FileSpec file, FileSource source, Changes changes);

  /**
   * What became of one file.
   *
   * @param size the bytes captured
   * @param read how many of them were read from the source
   * @param stored how many bytes the repository grew by
   */
  record Captured(long size, long read, long stored) {}

  @Override
  void close();
}
