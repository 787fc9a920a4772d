package io.aegis.recovery.execution;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.repository.Register;
import io.aegis.repository.RepositoryCode;
import io.aegis.storage.ObjectKey;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A register in a list. */
final class FakeRegister implements Register {
  private final List<Entry> entries = new CopyOnWriteArrayList<>();
  private final SortedMap<ObjectKey, Damaged> faults = new TreeMap<>();
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
  public Reading reading() {
    return new Reading(entries, faults);
  }

  /** An entry that cannot be read any more. */
  void spoilLast() {
    var last = entries.removeLast();
    var name = new ObjectKey("register/" + last.sequence());
    faults.put(
        name,
        new Damaged(
            Report.of(RepositoryCode.NOT_AUTHENTIC, name + " is damaged").next("check")));
  }
}
