package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.TimeSource;
import io.aegis.repository.ComponentName;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.content.FileMap;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.layout.Layout.SessionPart;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.pack.PackLedger;
import io.aegis.storage.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The trace that an attempt leaves while it lasts: heartbeats, whose age is told by the store's own
 * clock, and checkpoints, from which the next attempt continues. Safe for use by many threads.
 *
 * <pre>
 * checkpoint = version:u8 packs entries
 * packs      = count:varint (epoch:varint id:16 size:varint)*
 * entries    = count:varint (path:bytes rest:bytes)*
 * </pre>
 */
final class Session {
  static final int VERSION = 1;

  private static final Duration BETWEEN_BEATS = Duration.ofMinutes(1);

  private final Vault vault;
  private final ComponentName component;
  private final SnapshotId id;
  private final TimeSource time;
  private int beats;
  private int checkpoints;
  private long lastBeat;

  Session(Vault vault, ComponentName component, SnapshotId id, TimeSource time) {
    this.vault = vault;
    this.component = component;
    this.id = id;
    this.time = time;
  }

  /** Says that the attempt lives; called often, writes once a minute. */
  synchronized void beat() {
    long now = time.nanos();
    if (beats == 0 || now - lastBeat >= BETWEEN_BEATS.toNanos()) {
      put(SessionPart.BEAT, beats++, new byte[0]);
      lastBeat = now;
    }
  }

  /** R4: {@code ledger} refuses a pack that is not durable, so a checkpoint names none. */
  synchronized void checkpoint(List<Line> entries, PackLedger ledger) {
    var packs = new HashSet<PackId>();
    entries.forEach(entry -> packs.addAll(FileMap.decode(entry.file().map()).packs()));
    var out = new ByteWriter(4096).u8(VERSION).varint(packs.size());
    packs.forEach(pack -> {
      pack.write(out);
      out.varint(ledger.size(pack));
    });
    out.varint(entries.size());
    entries.forEach(entry -> entry.write(out));
    put(SessionPart.CHECKPOINT, checkpoints++, out.toByteArray());
  }

  private void put(SessionPart part, int number, byte[] content) {
    vault.sessions().putIfAbsent(Layout.sessionPart(component, id, part, number), content);
  }

  /** R5: only once the snapshot is taken, or another one that continued from it. */
  static void remove(Vault vault, ComponentName component, SnapshotId id) {
    var parts = new ArrayList<ObjectKey>();
    vault.store().list(Layout.session(component, id), stat -> parts.add(stat.key()));
    parts.forEach(vault.store()::delete);
  }
}
