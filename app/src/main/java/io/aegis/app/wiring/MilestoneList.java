package io.aegis.app.wiring;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.aegis.kernel.Milestones;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes down each milestone, one a line, as it is reached. The kill sweep learns from it where a
 * process can be ended, so that a new milestone is swept without anybody editing a list. Set by
 * {@code AEGIS_MILESTONES=<file>}; {@code AEGIS_CRASH_AT} wins over it.
 */
public record MilestoneList(Path file) implements Milestones {
  @Override
  public synchronized void reach(String milestone) {
    try {
      Files.writeString(file, milestone + "\n", CREATE, APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
