package io.aegis.e2e.sweep;

import io.aegis.e2e.stage.Installed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Where a process is ended: when it reaches a milestone for the {@code count}-th time. */
public record CrashSite(String milestone, int count) {
  /** The program that ends there. */
  public Installed in(Installed program) {
    return program.with("AEGIS_CRASH_AT", this.toString());
  }

  /**
   * The sites that an uncrashed run has passed: of each milestone the first time, the last, and one
   * at random between them.
   *
   * @param list what {@code AEGIS_MILESTONES} wrote
   */
  public static List<CrashSite> passed(Path list, Random random) {
    var counts = new LinkedHashMap<String, Integer>();
    try {
      Files.readAllLines(list).forEach(milestone -> counts.merge(milestone, 1, Integer::sum));
    } catch (IOException e) {
      throw new UncheckedIOException("no milestone was reached", e);
    }
    return counts.entrySet().stream()
        .flatMap(each -> sites(each.getKey(), each.getValue(), random))
        .toList();
  }

  private static Stream<CrashSite> sites(String milestone, int reached, Random random) {
    var counts = new TreeSet<>(List.of(1, 1 + random.nextInt(reached), reached));
    return counts.stream().map(count -> new CrashSite(milestone, count));
  }

  @Override
  public String toString() {
    return milestone + ":" + count;
  }
}
