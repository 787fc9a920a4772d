package io.aegis.repository;

/** Where a file's bytes come from; positioned reads, for one thread at a time. */
@FunctionalInterface
public interface FileSource {

  /**
   * Reads up to {@code length} bytes at {@code offset} into {@code target}.
   *
   * @return how many were read; fewer than {@code length} only at the end of the file, 0 beyond it
   */
  int read(long offset, byte[] target, int at, int length);
}
