package io.aegis.recovery.journal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.RecoveryCode;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An execution as the repository holds it: a whole chain, from its declaration to the newest entry.
 *
 * <p>Invariants: the entries' numbers have no gap, each is in the epoch that the one before leads
 * to, and each holds the hash of the one before. What is not so is damage; nothing is run from it.
 */
public record History(Declared declared, List<Entry> entries) {
  public History {
    entries = List.copyOf(entries);
  }

  /**
   * @throws Refused if there is no such execution
   * @throws Damaged if its journal is not a whole chain
   */
  public static History read(Records records, ExecutionId execution) {
    var declared = declared(records, execution);
    var entries = new ArrayList<Entry>();
    var slot = declared.first();
    for (var name : names(records, execution)) {
      var entry = entry(records, name);
      requireNext(execution, slot, entry, name);
      entries.add(entry);
      slot = entry.next();
    }
    return new History(declared, entries);
  }

  /** Where the next entry goes. */
  public Entry.Slot next() {
    return entries.isEmpty() ? declared.first() : entries.getLast().next();
  }

  /** Who leads, or led last; none before anybody did, or when the last one left in good order. */
  public Optional<Leader> leader() {
    for (var entry : entries.reversed()) {
      if (entry.event() instanceof Event.Left) {
        return Optional.empty();
      }
      if (entry.event() instanceof Event.Handed(var _, var leader)) {
        return Optional.of(leader);
      }
    }
    return Optional.empty();
  }

  private static Declared declared(Records records, ExecutionId execution) {
    var name = Names.declaration(execution);
    var bytes = records
        .find(name)
        .orElseThrow(() -> new Refused(Report.of(
                RecoveryCode.NO_SUCH_EXECUTION,
                "there is no execution " + execution + " in this repository")
            .next("aegis execution list")));
    try {
      return Declared.of(Json.parseObject(new String(bytes, StandardCharsets.UTF_8)));
    } catch (Malformed e) {
      throw broken(execution, name + " is not readable: " + e.getMessage());
    }
  }

  private static List<ObjectKey> names(Records records, ExecutionId execution) {
    var names = new ArrayList<ObjectKey>();
    records.list(Names.entries(execution), stat -> names.add(stat.key()));
    return names;
  }

  private static Entry entry(Records records, ObjectKey name) {
    String line = new String(records.get(name), StandardCharsets.UTF_8);
    try {
      var entry = Entry.parse(line);
      if (!entry.line().equals(line)) {
        throw new Malformed("it is not in its canonical form");
      }
      return entry;
    } catch (Malformed e) {
      throw new Damaged(
          Report.of(RecoveryCode.JOURNAL_BROKEN, name + " is not an entry of a journal")
              .why(String.valueOf(e.getMessage()))
              .safe("every other entry is still there, and nothing was run")
              .next("aegis repo check"),
          e);
    }
  }

  private static void requireNext(
      ExecutionId execution, Entry.Slot slot, Entry entry, ObjectKey name) {
    var expected = Names.entry(execution, slot.epoch(), slot.sequence());
    if (!name.equals(expected)) {
      throw broken(execution, expected + " should come next, and " + name + " is there");
    }
    if (!entry.execution().equals(execution) || !slot.fits(entry)) {
      throw broken(execution, name + " does not continue the entry before it");
    }
  }

  private static Damaged broken(ExecutionId execution, String why) {
    return new Damaged(Report.of(
            RecoveryCode.JOURNAL_BROKEN, "the journal of " + execution + " is not a whole chain")
        .why(why)
        .safe("nothing was run, and nothing was changed")
        .next("aegis repo check", "start a new execution once it is known what this one did"));
  }
}
