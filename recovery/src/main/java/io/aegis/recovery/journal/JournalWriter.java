package io.aegis.recovery.journal;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.RecoveryCode;
import io.aegis.repository.Records;
import io.aegis.storage.PutOutcome;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The leader's pen. Invariants: an entry, once it was given a number, is the only thing this leader
 * will ever write under that number, whether or not the first attempt was acknowledged; and what is
 * appended is durable on return, in the repository or, while that is away, on this machine.
 *
 * <p>Not safe for use by many threads: one engine owns it.
 */
public final class JournalWriter {
  private final Records records;
  private final LocalJournal local;
  private final TimeSource time;
  private final ExecutionId execution;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private Entry.Slot slot;
  private boolean keptLocally;

  private JournalWriter(
      Records records,
      LocalJournal local,
      TimeSource time,
      ExecutionId execution,
      Entry.Slot slot) {
    this.records = records;
    this.local = local;
    this.time = time;
    this.execution = execution;
    this.slot = slot;
  }

  /**
   * Takes the lead at the end of {@code history}: from here on the one who led before can write
   * nothing. What this machine had kept and the repository still has room for is pushed first.
   *
   * @throws Refused if somebody else was quicker
   * @throws Unavailable if the repository does not answer: nobody takes the lead while it is away
   */
  public static JournalWriter takeOver(
      Records records, LocalJournal local, TimeSource time, History history, Leader leader) {
    var execution = history.declared().execution();
    var writer = new JournalWriter(records, local, time, execution, history.next());
    writer.append(new Event.Handed(writer.slot.epoch() + 1, leader));
    if (!writer.isInRepository()) {
      local.setAside(); // nobody may push a claim to lead that was never known to be granted
      throw new Unavailable(Report.of(
              RecoveryCode.EXECUTION_LED_ELSEWHERE,
              "the lead of " + execution + " could not be taken: the repository does not answer")
          .safe("nothing was run")
          .next(
              "aegis doctor    (does the repository answer?)",
              "aegis resume " + execution + "    (once it does)"));
    }
    return writer;
  }

  /**
   * Pushes what this machine kept when the repository was away, if nobody has gone on without it.
   *
   * @return whether anything was pushed, and the history has to be read again
   */
  public static boolean pushKept(Records records, LocalJournal local, History history) {
    var kept = local.kept();
    var slot = history.next();
    boolean pushed = false;
    for (var entry : kept) {
      if (history.entries().contains(entry)) {
        continue;
      }
      if (!slot.fits(entry) || !put(records, entry)) {
        local.setAside();
        return pushed;
      }
      slot = entry.next();
      pushed = true;
    }
    local.forget();
    return pushed;
  }

  /** Writes the entry; durable on return, though perhaps only on this machine. */
  public Entry append(Event event) {
    var entry =
        new Entry(execution, slot.epoch(), slot.sequence(), slot.previous(), time.now(), event);
    waiting.addLast(entry);
    slot = entry.next();
    if (!push()) {
      local.keep(entry);
      keptLocally = true;
    }
    return entry;
  }

  /** Whether everything written so far is in the repository. */
  public boolean isInRepository() {
    return waiting.isEmpty();
  }

  /**
   * Tries to bring everything into the repository.
   *
   * @return whether it is all there
   * @throws Refused if another leader has taken over
   */
  public boolean push() {
    try {
      while (!waiting.isEmpty()) {
        if (!put(records, waiting.getFirst())) {
          local.setAside();
          throw lost();
        }
        waiting.removeFirst();
      }
    } catch (Unavailable away) {
      return false; // kept on this machine by the caller; pushed again at the next opportunity
    }
    if (keptLocally) {
      local.forget();
      keptLocally = false;
    }
    return true;
  }

  /** Whether another leader has taken over; false also when the repository does not answer. */
  public boolean isOvertaken() {
    if (!waiting.isEmpty()) {
      return false;
    }
    try {
      return records.find(Names.entry(execution, slot.epoch(), slot.sequence())).isPresent();
    } catch (Unavailable away) {
      return false; // nobody can be seen to have taken over; the next look will tell
    }
  }

  /** The failure of a leader that another has replaced. */
  public Refused lost() {
    return new Refused(Report.of(
            RecoveryCode.LOST_THE_LEAD, "another process has taken over execution " + execution)
        .safe("what this process had written before is in the journal")
        .next("aegis execution show " + execution));
  }

  // An acknowledgement can be lost, so an entry that is already there may be our own.
  private static boolean put(Records records, Entry entry) {
    var name = Names.entry(entry.execution(), entry.epoch(), entry.sequence());
    return records.putIfAbsent(name, entry.bytes()) == PutOutcome.CREATED
        || Arrays.equals(records.get(name), entry.bytes());
  }
}
