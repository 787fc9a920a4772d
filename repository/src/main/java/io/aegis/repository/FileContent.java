package io.aegis.repository;

/** The content of one stored file; for one thread at a time. */
public interface FileContent extends AutoCloseable {

  long size();

  /**
   * Fills {@code length} bytes from {@code offset}; one small look-up and, for bytes that lie
   * together, one ranged read.
   *
   * @throws IndexOutOfBoundsException beyond the end
   */
  void read(long offset, byte[] target, int at, int length);

  /** Hands out the whole content in ascending order, in pieces of at most 1 MiB. */
  void transferTo(Sink sink);

  /** Takes bytes; must be done with the array when it returns. */
  @FunctionalInterface
  interface Sink {
    void write(long offset, byte[] bytes, int at, int length);
  }

  @Override
  void close();
}
