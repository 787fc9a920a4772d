package io.aegis.repository.snapshot;

import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.pack.PackId;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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

  /**
   * What is wrong with the packs that a snapshot needs, as far as a listing can tell.
   *
   * @param wanted each with the size it was written with
   * @param needing for people: what cannot be restored without them
   */
  public List<Finding> missing(Map<PackId, Long> wanted, Function<PackId, String> needing) {
    var findings = new ArrayList<Finding>();
    wanted.forEach((pack, size) -> {
      var there = sizes.get(pack.key().name());
      if (!size.equals(there)) {
        var fact = there == null
            ? "the pack is missing"
            : "the pack has " + there + " bytes instead of " + size;
        findings.add(lost(pack.key(), fact, needing.apply(pack)));
      }
    });
    return findings;
  }

  /** A pack that cannot be read, worded by its consequence. */
  public static Finding lost(ObjectKey pack, String fact, String needing) {
    return new Finding(
        Severity.LOSS,
        pack.name(),
        fact,
        "cannot be restored whole: " + needing,
        "bring the object back from a copy, or from an older version in the store; else take a new"
            + " snapshot of everything, which does not build on it");
  }
}
