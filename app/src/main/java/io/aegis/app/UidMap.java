package io.aegis.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Which ids of accounts are which outside of the user namespace that a process lives in. Anybody
 * may make such a namespace and be anybody in it: what an account is called there proves nothing.
 */
record UidMap(List<Range> ranges) {
  private static final Path OWN = Path.of("/proc/self/uid_map");
  private static final UidMap WHOLE = new UidMap(List.of(new Range(0, 0, 4_294_967_295L)));

  UidMap {
    ranges = List.copyOf(ranges);
  }

  /** So many ids from one on, and where they begin outside. */
  record Range(long inside, long outside, long count) {
    private boolean holds(long uid) {
      return uid >= inside && uid - inside < count;
    }
  }

  /** Of a system without such namespaces: every id is itself. */
  static UidMap ofProcess() {
    try {
      return parse(Files.readString(OWN));
    } catch (NoSuchFileException e) {
      return WHOLE;
    } catch (IOException e) {
      return new UidMap(List.of());
    }
  }

  static UidMap parse(String text) {
    return new UidMap(
        text.lines().map(line -> line.strip().split("\\s+")).map(UidMap::range).toList());
  }

  private static Range range(String[] words) {
    return new Range(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  /** Every id is itself: a part of them can be mapped by anybody, all of them by root alone. */
  boolean isWhole() {
    return equals(WHOLE);
  }

  /** Who {@code uid} is outside, as far as the map tells. */
  String outside(long uid) {
    return ranges.stream()
        .filter(range -> range.holds(uid))
        .findFirst()
        .map(range -> "uid-" + (range.outside() + uid - range.inside()))
        .orElse("uid-unknown");
  }
}
