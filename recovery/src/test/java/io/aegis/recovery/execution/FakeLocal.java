package io.aegis.recovery.execution;

import io.aegis.recovery.journal.Entry;
import io.aegis.recovery.journal.LocalJournal;
import java.util.ArrayList;
import java.util.List;

/** This machine's disk, in a list; survives a crash. */
final class FakeLocal implements LocalJournal {
  private final List<Entry> kept = new ArrayList<>();
  private final List<Entry> aside = new ArrayList<>();

  @Override
  public synchronized void keep(Entry entry) {
    kept.add(entry);
  }

  @Override
  public synchronized List<Entry> kept() {
    return List.copyOf(kept);
  }

  @Override
  public synchronized void forget() {
    kept.clear();
  }

  @Override
  public synchronized void setAside() {
    aside.addAll(kept);
    kept.clear();
  }

  synchronized List<Entry> aside() {
    return List.copyOf(aside);
  }
}
