package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.repository.ComponentName;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.StoredFile;
import io.aegis.repository.content.Fragmentation;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.seal.Damage;
import io.aegis.repository.snapshot.Manifest.Page;
import io.aegis.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that an attempt had stored when it died, as its checkpoints name them. */
final class Remains implements Earlier {
  private final Map<String, Line> entries = new HashMap<>();
  private final Map<PackId, Long> packs = new HashMap<>();

  private Remains() {}

  /** Everything in the checkpoints of an attempt; empty if there are none. */
  static Remains of(Vault vault, ComponentName component, SnapshotId id) {
    var keys = new ArrayList<ObjectKey>();
    vault.store().list(Layout.checkpoints(component, id), stat -> keys.add(stat.key()));
    var remains = new Remains();
    keys.forEach(key -> vault.sessions().find(key).ifPresent(part -> remains.add(key, part)));
    return remains;
  }

  private void add(ObjectKey key, byte[] checkpoint) {
    try {
      var in = new ByteReader(checkpoint);
      if (in.u8() != Session.VERSION) {
        throw new Malformed("not a checkpoint of version " + Session.VERSION);
      }
      for (int count = in.count(in.remaining()); count > 0; count--) {
        packs.put(PackId.read(in), in.varint());
      }
      for (int count = in.count(in.remaining()); count > 0; count--) {
        var entry = Line.read(in);
        entries.put(new String(entry.path(), StandardCharsets.UTF_8), entry);
      }
      in.end();
    } catch (Malformed e) {
      throw Damage.of(key, e);
    }
  }

  @Override
  public Optional<StoredFile> file(String path) {
    return Optional.ofNullable(entries.get(path)).map(Line::file);
  }

  @Override
  public Map<PackId, Long> packs() {
    return packs;
  }

  @Override
  public List<Page> pages() {
    return List.of();
  }

  @Override
  public Fragmentation fragmentation() {
    return new Fragmentation();
  }

  @Override
  public void close() {}
}
