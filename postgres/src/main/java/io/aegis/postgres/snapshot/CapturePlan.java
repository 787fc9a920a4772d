package io.aegis.postgres.snapshot;

import io.aegis.postgres.BaseBackups.Method;
import io.aegis.postgres.layout.Listing;
import io.aegis.postgres.layout.RelationFile;
import io.aegis.repository.Changes;
import io.aegis.repository.FileSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is captured, largest first so that no worker is left with a big file at the end, and how
 * much of each file has to be read.
 *
 * @param captures without {@code global/pg_control}, which comes after all of them (trap T14)
 */
record CapturePlan(Method method, List<Capture> captures) {
  static final String CONTROL_FILE = "global/pg_control";

  /** One file, directory or link. */
  record Capture(FileSpec file, Changes changes) {}

  /** In bytes. */
  long size() {
    return captures.stream().mapToLong(capture -> capture.file().size()).sum();
  }

  /** Everything, with the same to say of each file. */
  static CapturePlan uniform(Method method, Changes changes, Listing listing) {
    var captures = new ArrayList<Capture>();
    for (var entry : listing.entries()) {
      captures.add(new Capture(entry, changes));
    }
    return ordered(method, captures);
  }

  /**
   * Only what has changed since {@code base}. A file that the base does not hold, or that is due to
   * be read again, is read whole; so is whatever the log does not tell everything of (T22).
   */
  static CapturePlan since(
      Baseline base, ChangedPages changed, Rereading rereading, Listing listing) {
    var held = heldBy(base, listing.entries());
    var captures = new ArrayList<Capture>();
    for (int i = 0; i < listing.entries().size(); i++) {
      var entry = listing.entries().get(i);
      var relation =
          held.get(i) ? RelationFile.parse(entry.path()) : Optional.<RelationFile>empty();
      boolean readWhole = relation.isEmpty() || rereading.isDue(entry.path());
      var changes = readWhole ? new Changes.Unknown() : changed.of(relation.get(), entry.size());
      captures.add(new Capture(entry, changes));
    }
    return ordered(Method.SUMMARIZED, captures);
  }

  /** Which of {@code entries} the base holds as files; both are in the order of their paths. */
  private static BitSet heldBy(Baseline base, List<FileSpec> entries) {
    var held = new BitSet(entries.size());
    var next = new int[1];
    base.files(stored -> {
      String path = stored.spec().path();
      while (next[0] < entries.size() && entries.get(next[0]).path().compareTo(path) < 0) {
        next[0]++;
      }
      if (next[0] < entries.size()
          && entries.get(next[0]).path().equals(path)
          && stored.spec().kind() instanceof FileSpec.Kind.File) {
        held.set(next[0]);
      }
    });
    return held;
  }

  private static CapturePlan ordered(Method method, List<Capture> captures) {
    captures.removeIf(capture -> capture.file().path().equals(CONTROL_FILE));
    captures.sort(
        Comparator.comparingLong((Capture capture) -> capture.file().size()).reversed());
    return new CapturePlan(method, List.copyOf(captures));
  }
}
