package io.aegis.repository.content;

import io.aegis.repository.FileSource;

/**
 * A stretch of a source.
 *
 * @param begin where it begins in the source
 * @param length how much of it is wanted; there may be less
 */
record SourceWindow(FileSource source, long begin, int length) {

  /** Fills {@code target} and returns how much there was; less than wanted only at the end. */
  int read(int from, byte[] target, int at, int wanted) {
    int limit = Math.min(wanted, length - from);
    int have = 0;
    while (have < limit) {
      int count = source.read(begin + from + have, target, at + have, limit - have);
      if (count <= 0) {
        break;
      }
      have += count;
    }
    return have;
  }
}
