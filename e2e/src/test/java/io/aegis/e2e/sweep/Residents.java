package io.aegis.e2e.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The processes that work in a directory or below it. Every process of PostgreSQL works in its data
 * directory, and so does what it starts, such as its {@code restore_command}.
 */
public record Residents(Path directory) {

  /** One that works there. */
  public record Resident(ProcessHandle process, Path place) {}

  public List<Resident> all() {
    try (var processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .flatMap(process -> resident(process).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list processes", e);
    }
  }

  private Optional<Resident> resident(Path process) {
    try {
      var place = Files.readSymbolicLink(process.resolve("cwd"));
      long pid = Long.parseLong(process.getFileName().toString());
      return place.startsWith(directory)
          ? ProcessHandle.of(pid).map(handle -> new Resident(handle, place))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it has just ended, or is somebody else's
    }
  }

  /** Those that no other one of them has started: the postmasters, and orphans. */
  public List<Resident> heads() {
    var all = all();
    var numbers = all.stream().map(each -> each.process().pid()).toList();
    return all.stream()
        .filter(each ->
            each.process().parent().filter(p -> numbers.contains(p.pid())).isEmpty())
        .toList();
  }

  /** SIGKILL to each, until none is left. */
  public void end() {
    for (var left = all(); !left.isEmpty(); left = all()) {
      left.forEach(each -> each.process().destroyForcibly());
      Thread.onSpinWait();
    }
  }
}
