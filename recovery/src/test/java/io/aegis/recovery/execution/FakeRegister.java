package io.aegis.recovery.execution;

import io.aegis.kernel.TimeSource;
import io.aegis.repository.Register;
import io.aegis.storage.ObjectKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A register in a list. */
final class FakeRegister implements Register {
  private final List<Entry> entries = new CopyOnWriteArrayList<>();
  private final TimeSource time;

  FakeRegister(TimeSource time) {
    this.time = time;
  }

  @Override
  public synchronized Entry append(Kind kind, ObjectKey subject, String fact) {
    var entry = new Entry(entries.size(), kind, subject, fact, time.now());
    entries.add(entry);
    return entry;
  }

  @Override
  public List<Entry> entries() {
    return List.copyOf(entries);
  }
}
