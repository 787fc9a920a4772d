package io.aegis.repository;

import java.time.Instant;

/**
 * A file, directory or link as it was listed.
 *
 * @param path relative, its segments joined by {@code /}
 * @param mode the POSIX permission bits, at most 07777
 * @param modified its modification time
 */
public record FileSpec(String path, Kind kind, int mode, Instant modified) {

  /** What stands at a path. */
  public sealed interface Kind {
    /**
     * A file.
     *
     * @param size in bytes, when it was listed
     */
    record File(long size) implements Kind {}

    /** A directory. */
    record Directory() implements Kind {}

    /** A symbolic link and what it points to. */
    record Link(String target) implements Kind {}
  }

  /** The size a file was listed with, in bytes; 0 for a directory or a link. */
  public long size() {
    return switch (kind) {
      case Kind.File(long size) -> size;
      case Kind.Directory _, Kind.Link _ -> 0;
    };
  }
}
