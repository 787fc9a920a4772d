package io.aegis.repository.record;

import static io.aegis.repository.RepositoryCode.REGISTER_BROKEN;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Digest;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Hex;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.repository.Records;
import io.aegis.repository.Register;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.seal.Damage;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.PutOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The register: {@code docs/format/register.md}. Entry {@code n} is the object {@code register/n}
 * and holds the SHA-256 of entry {@code n - 1} as it was encoded; who writes {@code n} first has
 * it, and the others take the next number.
 *
 * <p>A broken chain is read around its break: each entry is sealed under its own number, so what
 * one says is true whatever became of the others (rule R11).
 *
 * <p>Entries that were verified once are kept, and only newer ones are read again. Whoever appends
 * also writes the chapters that are due.
 */
public final class ChainedRegister implements Register {
  private static final int VERSION = 1;

  /** In place of a hash: there is no entry before, or the writer could not read it. */
  private static final String NOTHING_BEFORE = "0".repeat(64);

  private final Records records;
  private final StoredEntries stored;
  private final TimeSource time;
  private final List<Entry> known = new ArrayList<>();
  private final NavigableMap<Integer, Damaged> faults = new TreeMap<>();
  private final NavigableMap<Integer, List<byte[]>> chaptersDue = new TreeMap<>();
  private final List<byte[]> chapter = new ArrayList<>();
  private String head = NOTHING_BEFORE;
  private int next;
  private boolean caughtUp;

  private ChainedRegister(Records records, StoredEntries stored, TimeSource time) {
    this.records = records;
    this.stored = stored;
    this.time = time;
  }

  public ChainedRegister(Records records, TimeSource time) {
    this(records, new StoredEntries(records, true), time);
  }

  /** One that believes no chapter: each entry is read itself, for a check. */
  public static ChainedRegister readingEveryEntry(Records records, TimeSource time) {
    return new ChainedRegister(records, new StoredEntries(records, false), time);
  }

  @Override
  public synchronized Entry append(Kind kind, ObjectKey subject, String fact) {
    if (!caughtUp) {
      catchUp();
    }
    while (true) {
      followChain();
      var entry = new Entry(next, kind, subject, fact, time.now());
      var encoded = encode(entry, head);
      var name = Layout.registerEntry(entry.sequence());
      if (records.putIfAbsent(name, encoded) == PutOutcome.CREATED) {
        keep(entry, encoded, false);
        writeChapters();
        return entry;
      }
    }
  }

  @Override
  public synchronized Reading reading() {
    catchUp();
    var named = new TreeMap<ObjectKey, Damaged>();
    faults.forEach((number, fault) -> named.put(Layout.registerEntry(number), fault));
    return new Reading(known, named);
  }

  /**
   * Reads all that is stored; again from the beginning if it was broken: it may be whole now. One
   * that was whole is read on and not listed again, of which a command would do three: that an
   * entry is missing before others that were written since, the next process finds.
   */
  private void catchUp() {
    if (caughtUp && faults.isEmpty()) {
      followChain();
      return;
    }
    forget();
    var reading = stored.read(next);
    faults.putAll(reading.faults());
    while (next < reading.end()) {
      int number = next;
      var encoded = Optional.ofNullable(reading.encoded().get(number));
      boolean shelved = reading.chapters().get(number / StoredEntries.CHAPTER);
      encoded.ifPresentOrElse(content -> take(content, shelved), this::pass);
    }
    followChain();
    caughtUp = true;
  }

  private void forget() {
    known.clear();
    faults.clear();
    chapter.clear();
    chaptersDue.clear();
    next = 0;
    head = NOTHING_BEFORE;
  }

  /** Reads on from the last entry that is known, to the first that is not there. */
  private void followChain() {
    while (true) {
      try {
        var found = stored.entry(next);
        if (found.isEmpty()) {
          return;
        }
        take(found.get(), false);
      } catch (Damaged fault) {
        faults.put(next, fault);
        pass();
      }
    }
  }

  private void take(byte[] encoded, boolean shelved) {
    try {
      keep(decode(next, encoded), encoded, shelved);
    } catch (Damaged fault) {
      faults.put(next, fault);
      pass();
    }
  }

  private void keep(Entry entry, byte[] encoded, boolean shelved) {
    known.add(entry);
    head = Digest.of(encoded).hex();
    chapter.add(encoded);
    step(shelved);
  }

  /** Nobody can tell what the next one has to follow from. */
  private void pass() {
    head = NOTHING_BEFORE;
    step(false);
  }

  /** A chapter of which an entry cannot be read is not written. */
  private void step(boolean shelved) {
    next++;
    if (next % StoredEntries.CHAPTER == 0) {
      if (chapter.size() == StoredEntries.CHAPTER && !shelved) {
        chaptersDue.put(next / StoredEntries.CHAPTER - 1, List.copyOf(chapter));
      }
      chapter.clear();
    }
  }

  /** Also those that an interrupted writer owed. One that is damaged stays: nothing overwrites. */
  private void writeChapters() {
    chaptersDue.forEach(stored::putChapter);
    chaptersDue.clear();
  }

  /** Where either of two could not be read by the writer or by us, nobody can tell. */
  private boolean follows(long sequence, String previous) {
    boolean untold = head.equals(NOTHING_BEFORE) || previous.equals(NOTHING_BEFORE);
    return previous.equals(head) || sequence > 0 && untold;
  }

  /** What is wrong with the chapters, by name: each must be a copy of the entries it stands for. */
  public synchronized Map<ObjectKey, String> wrongChapters() {
    catchUp();
    var wrong = new TreeMap<ObjectKey, String>();
    chaptersDue.forEach((number, entries) -> {
      var name = Layout.registerChapter(number);
      try {
        var copy = stored.chapter(number);
        if (copy.isEmpty()) {
          wrong.put(name, "the chapter of the register is missing");
        } else if (!Arrays.deepEquals(copy.get().toArray(), entries.toArray())) {
          wrong.put(name, "the chapter of the register is not a copy of its entries");
        }
      } catch (Damaged e) {
        wrong.put(name, e.report().headline());
      }
    });
    return wrong;
  }

  static byte[] encode(Entry entry, String previous) {
    var written = entry.written();
    return new ByteWriter()
        .u8(VERSION)
        .raw(Hex.parse(previous))
        .varint(entry.sequence())
        .text(entry.kind().name())
        .text(entry.subject().name())
        .text(entry.fact())
        .i64(written.getEpochSecond())
        .i32(written.getNano())
        .toByteArray();
  }

  private Entry decode(long sequence, byte[] encoded) {
    try {
      var in = new ByteReader(encoded);
      if (in.u8() != VERSION) {
        throw new Malformed("it is not a register entry of version " + VERSION);
      }
      var previous = Hex.of(in.raw(32));
      if (in.varint() != sequence) {
        throw new Malformed("it carries another number");
      }
      var kind = Kind.valueOf(in.text());
      var subject = new ObjectKey(in.text());
      var fact = in.text();
      var written = Instant.ofEpochSecond(in.i64(), in.i32());
      in.end();
      var entry = new Entry(sequence, kind, subject, fact, written);
      if (!follows(sequence, previous)) {
        faults.put((int) sequence, strange(sequence));
      }
      return entry;
    } catch (Malformed | IllegalArgumentException | java.time.DateTimeException e) {
      throw Damage.of(Layout.registerEntry(sequence), e);
    }
  }

  private static Damaged strange(long sequence) {
    String what = Layout.registerEntry(sequence) + " does not follow from the one before";
    return new Damaged(Report.of(REGISTER_BROKEN, what)
        .why("it was written after another entry than the one that is there now")
        .next("aegis repo check"));
  }
}
