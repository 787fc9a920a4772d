package io.aegis.recovery.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Reads when a process was started from Linux's {@code /proc/<pid>/stat}. */
final class ProcStat {
  private static final int START_BEHIND_NAME = 19; // field 22; the name is field 2

  private ProcStat() {}

  /** Field 22, {@code starttime}; empty where there is no such process, or no {@code /proc}. */
  static OptionalLong startTicks(long pid) {
    try {
      var bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
      return startTicks(new String(bytes, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return OptionalLong.empty(); // not Linux, or hidden: the wall clock has to do
    }
  }

  /** The name of the program, in parentheses, may hold spaces and parentheses itself. */
  static OptionalLong startTicks(String stat) {
    var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= START_BEHIND_NAME || !fields[START_BEHIND_NAME].matches("\\d{1,18}")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(fields[START_BEHIND_NAME]));
  }
}
