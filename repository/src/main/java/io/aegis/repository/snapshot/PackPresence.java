package io.aegis.repository.snapshot;

import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.layout.Layout;
import io.aegis.storage.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which packs are in the store, and how long each is: one listing. */
public final class PackPresence {
  private final Map<String, Long> sizes = new HashMap<>();

  public PackPresence(ObjectStore store) {
    store.list(Layout.PACKS, stat -> sizes.put(stat.key().name(), stat.size()));
  }

  /** The names of all packs there are, with their sizes. */
  public Map<String, Long> sizes() {
    return sizes;
  }

  /** The packs that a manifest names and that are not there as it names them. */
  List<Finding> missing(Manifest manifest, List<SnapshotSummary> needing) {
    var findings = new ArrayList<Finding>();
    manifest.packs().forEach((pack, size) -> {
      var name = pack.key().name();
      var there = sizes.get(name);
      if (there == null || !there.equals(size)) {
        findings.add(finding(name, size, there == null ? -1 : there, needing));
      }
    });
    return findings;
  }

  private static Finding finding(
      String name, long size, long there, List<SnapshotSummary> needing) {
    var fact =
        there < 0 ? "the pack is missing" : "the pack has " + there + " bytes instead of " + size;
    var which = needing.stream()
        .map(summary -> summary.component() + " " + summary.id())
        .collect(Collectors.joining(", "));
    return new Finding(
        Severity.LOSS,
        name,
        fact,
        "cannot be restored whole: " + which,
        "bring the object back from a copy or an older version in the store; else take a new"
            + " snapshot, which stores again what cannot be read");
  }
}
