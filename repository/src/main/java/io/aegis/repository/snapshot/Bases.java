package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Hex;
import io.aegis.repository.StoredFile;
import io.aegis.repository.content.Compaction;
import io.aegis.repository.content.ContentWriter.EarlierFile;
import io.aegis.repository.content.FileMap;
import io.aegis.repository.content.Fragmentation;
import io.aegis.repository.pack.PackLedger;
import io.aegis.repository.snapshot.Manifest.Page;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the draft of a snapshot may refer to. Content of which any pack is missing is not found: so
 * it is stored again, and a damaged repository heals with the next snapshot. Safe for use by many
 * threads.
 */
final class Bases implements AutoCloseable {
  private final List<Earlier> bases;
  private final PackLedger ledger;

  /**
   * @param ledger is told of the packs of {@code bases} that are there as they were written
   */
  Bases(List<Earlier> bases, PackPresence present, PackLedger ledger) {
    this.bases = List.copyOf(bases);
    this.ledger = ledger;
    for (var base : bases) {
      base.packs().forEach((pack, size) -> {
        if (size.equals(present.sizes().get(pack.key().name()))) {
          ledger.know(pack, size);
        }
      });
    }
  }

  /**
   * An earlier state of a file.
   *
   * @param compareOnly nothing is known of what changed since; it must be compared
   */
  record Found(EarlierFile content, boolean compareOnly) {}

  Optional<Found> find(String path) {
    return bases.stream().flatMap(base -> find(base, path).stream()).findFirst();
  }

  private Optional<Found> find(Earlier base, String path) {
    return base.file(path)
        .flatMap(this::usable)
        .map(content -> new Found(content, base instanceof Remains));
  }

  private Optional<EarlierFile> usable(StoredFile file) {
    try {
      var map = FileMap.decode(file.map());
      return ledger.knows(map.packs())
          ? Optional.of(new EarlierFile(map, file.size()))
          : Optional.empty();
    } catch (Malformed e) {
      throw new IllegalStateException("an authentic map of " + file.spec().path(), e);
    }
  }

  /** The pages of earlier file tables by the digest of what they hold. */
  Map<String, Page> pages() {
    var pages = new HashMap<String, Page>();
    for (var base : bases) {
      for (var page : base.pages()) {
        if (ledger.knows(List.of(page.frame().pack()))) {
          pages.put(Hex.of(page.digest()), page);
        }
      }
    }
    return pages;
  }

  Compaction compaction() {
    return Compaction.after(
        bases.stream().map(Earlier::fragmentation).findFirst().orElseGet(Fragmentation::new));
  }

  @Override
  public void close() {
    bases.forEach(Earlier::close);
  }
}
