package io.aegis.app.config;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a path leads through, from the file system's root down, each link followed as one that
 * somebody made. Where nobody else could have changed any of it, nobody else can while it is used:
 * each name was looked at after the directory that holds it had been found to be in no other hands.
 * What is at {@link #end} can then be opened by its path.
 */
final class Trail {
  private static final int MOST_LINKS = 40; // MAXSYMLINKS of Linux

  private final List<Trust> passed = new ArrayList<>();
  private final Deque<Path> ahead = new ArrayDeque<>();
  private Path here;
  private int links;

  private Trail(Path root) {
    this.here = root;
  }

  /**
   * @param path absolute
   */
  static Trail to(Path path) throws IOException {
    var trail = new Trail(Objects.requireNonNull(path.getRoot()));
    path.forEach(trail.ahead::add);
    trail.passed.add(Trust.of(trail.here).asOneAbove());
    while (!trail.ahead.isEmpty()) {
      trail.step(trail.ahead.pop());
    }
    return trail;
  }

  private void step(Path name) throws IOException {
    var next = here.resolve(name).normalize(); // there is no link in it but the last name
    if (here.startsWith(next)) {
      here = next; // "." and "..": that has been passed
      return;
    }
    passed.add(Trust.of(next).asOneAbove());
    if (Files.isSymbolicLink(next)) {
      follow(next);
    } else {
      here = next;
    }
  }

  private void follow(Path link) throws IOException {
    if (++links > MOST_LINKS) {
      throw new FileSystemLoopException(link.toString());
    }
    var target = Files.readSymbolicLink(link);
    here = target.isAbsolute() ? Objects.requireNonNull(target.getRoot()) : here;
    for (int i = target.getNameCount() - 1; i >= 0; i--) {
      ahead.push(target.getName(i));
    }
  }

  /** Where it leads, without a link. */
  Path end() {
    return here;
  }

  /** Why {@code reader} cannot rely on nobody else deciding where it leads. */
  Optional<String> whyNot(int reader) {
    return passed.stream().flatMap(each -> each.whyNot(reader).stream()).findFirst();
  }
}
