package io.aegis.postgres.wal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a timeline came to be: the content of its history file ({@code readTimeLineHistory},
 * src/backend/access/transam/timeline.c).
 *
 * @param timeline whose history this is
 * @param ancestors oldest first
 */
public record TimelineHistory(Timeline timeline, List<Ancestor> ancestors) {
  public TimelineHistory {
    ancestors = List.copyOf(ancestors);
  }

  /**
   * An earlier timeline on the way.
   *
   * @param until where the next one left it
   */
  public record Ancestor(Timeline timeline, Lsn until) {}

  /** The history of a timeline without ancestors. */
  public static TimelineHistory first(Timeline timeline) {
    return new TimelineHistory(timeline, List.of());
  }

  /**
   * @throws Malformed if it is not what PostgreSQL writes
   */
  public static TimelineHistory parse(Timeline timeline, byte[] content) {
    var ancestors = new ArrayList<Ancestor>();
    for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
      String[] fields = line.strip().split("\\s+", 3);
      if (!fields[0].isEmpty() && !fields[0].startsWith("#")) {
        ancestors.add(ancestor(line, fields));
      }
    }
    for (int i = 0; i < ancestors.size(); i++) {
      var next = i + 1 < ancestors.size() ? ancestors.get(i + 1).timeline() : timeline;
      if (ancestors.get(i).timeline().compareTo(next) >= 0) {
        throw new Malformed("timelines of a history must grow: " + ancestors);
      }
    }
    return new TimelineHistory(timeline, ancestors);
  }

  private static Ancestor ancestor(String line, String[] fields) {
    try {
      return new Ancestor(new Timeline(Long.parseLong(fields[0])), Lsn.parse(fields[1]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new Malformed("not a line of a timeline history: " + line);
    }
  }

  /** Where {@code ancestor} was left, if it is one. */
  public Optional<Lsn> leaves(Timeline ancestor) {
    return ancestors.stream()
        .filter(a -> a.timeline().equals(ancestor))
        .map(Ancestor::until)
        .findFirst();
  }

  /** Where this timeline begins; the beginning of the log if it has no ancestors. */
  public Lsn begin() {
    return ancestors.isEmpty() ? Lsn.INVALID : ancestors.getLast().until();
  }

  /** Whether this timeline comes from that one, or is it. */
  public boolean contains(Timeline other) {
    return timeline.equals(other) || leaves(other).isPresent();
  }
}
