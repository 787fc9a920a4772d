package io.aegis.postgres.snapshot;

import io.aegis.repository.FileSource;

/** A small file whose content is known already. */
final class Bytes implements FileSource {
  private final byte[] content;

  Bytes(byte[] content) {
    this.content = content;
  }

  @Override
  public int read(long offset, byte[] target, int at, int length) {
    int from = (int) Math.min(offset, content.length);
    int count = Math.min(length, content.length - from);
    System.arraycopy(content, from, target, at, count);
    return count;
  }
}
