package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.TARGET_OVERLAPS;

import io.aegis.kernel.Report;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the new database lies apart from what must be kept: the live data directory with its
 * tablespaces, and the repository. Places are compared as they are on disk, whatever links lead
 * there. To take the very place of a lost one is no overlap: it has to be empty for that.
 */
final class Apart {
  private final Goal goal;

  Apart(Goal goal) {
    this.goal = goal;
  }

  Check check() {
    try {
      for (var kept : goal.apart()) {
        var report = overlap(kept);
        if (report.isPresent()) {
          return new Check.Refusal(report.get());
        }
      }
      return new Check.Fine(goal.target() + " lies apart from what must be kept");
    } catch (IOException e) {
      return new Check.Refusal(
          Report.of(TARGET_OVERLAPS, "cannot tell where " + goal.target() + " is")
              .why(String.valueOf(e))
              .next("choose another place: aegis plan --into <directory>"));
    }
  }

  private Optional<Report> overlap(Path kept) throws IOException {
    var homes = homes(kept);
    for (var place : goal.places()) {
      var here = real(place);
      for (var home : homes) {
        if (!here.equals(home) && (here.startsWith(home) || home.startsWith(here))) {
          return Optional.of(overlap(place, home, kept));
        }
      }
    }
    return Optional.empty();
  }

  /** The directory itself and, where it holds a cluster, those of its tablespaces. */
  private static List<Path> homes(Path kept) throws IOException {
    var homes = new ArrayList<>(List.of(real(kept)));
    var links = kept.resolve("pg_tblspc");
    if (Files.isReadable(links)) {
      try (var entries = Files.newDirectoryStream(links, Files::isSymbolicLink)) {
        for (var link : entries) {
          homes.add(real(link.resolveSibling(Files.readSymbolicLink(link))));
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return homes;
  }

  /** Where it is on disk, or would be if it were made. */
  private static Path real(Path path) throws IOException {
    var absolute = path.toAbsolutePath().normalize();
    var existing = absolute;
    while (!Files.exists(existing)) {
      existing = DurableFiles.parentOf(existing);
    }
    return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
  }

  private static Report overlap(Path place, Path home, Path kept) {
    return Report.of(TARGET_OVERLAPS, "cannot restore into " + place)
        .why("it lies in, or around, " + home
            + (home.equals(kept) ? "" : ", which belongs to " + kept)
            + ": the one could not be removed or moved without the other")
        .next("choose a place apart from it: aegis plan --into <directory>");
  }
}
