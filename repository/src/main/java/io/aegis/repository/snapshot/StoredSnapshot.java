package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.repository.FileContent;
import io.aegis.repository.Finding;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.StoredFile;
import io.aegis.repository.content.FileMap;
import io.aegis.repository.content.Fragmentation;
import io.aegis.repository.content.RegionViews;
import io.aegis.repository.content.StoredContent;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.seal.Damage;
import io.aegis.repository.seal.Warmup;
import io.aegis.repository.snapshot.Manifest.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A snapshot that was taken, read through its manifest. */
final class StoredSnapshot implements SnapshotReader, Earlier {
  private final Vault vault;
  private final SnapshotSummary summary;
  private final Manifest manifest;
  private final FileTable table;
  private final RegionViews views = new RegionViews();

  StoredSnapshot(Vault vault, SnapshotSummary summary, Manifest manifest) {
    this.vault = vault;
    this.summary = summary;
    this.manifest = manifest;
    this.table = new FileTable(manifest.pages(), vault.frames());
  }

  @Override
  public SnapshotSummary summary() {
    return summary;
  }

  Manifest manifest() {
    return manifest;
  }

  @Override
  public Map<PackId, Long> packs() {
    return manifest.packs();
  }

  @Override
  public List<Page> pages() {
    return manifest.pages();
  }

  @Override
  public Fragmentation fragmentation() {
    return manifest.fragmentation();
  }

  @Override
  public void files(Consumer<StoredFile> each) {
    table.forEach(each);
  }

  @Override
  public Optional<StoredFile> file(String path) {
    return table.find(path);
  }

  @Override
  public FileContent open(StoredFile file) {
    Warmup.begin();
    try {
      return new StoredContent(FileMap.decode(file.map()), file.size(), views, vault.frames());
    } catch (Malformed e) {
      throw Damage.of(Layout.manifest(summary.component(), summary.id()), e);
    }
  }

  @Override
  public List<Finding> missing() {
    return new PackPresence(vault.store())
        .missing(manifest.packs(), _ -> summary.component() + " " + summary.id());
  }

  @Override
  public void close() {
    table.close();
  }
}
