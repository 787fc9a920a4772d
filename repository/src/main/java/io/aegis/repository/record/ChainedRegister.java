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
import java.util.TreeMap;

/**
 * The register: {@code docs/format/register.md}. Entry {@code n} is the object {@code register/n}
 * and holds the SHA-256 of entry {@code n - 1} as it was encoded; who writes {@code n} first has
 * it, and the others take the next number.
 *
 * <p>Entries that were verified once are kept, and only newer ones are read again. Whoever appends
 * also writes the chapters that are due.
 */
public final class ChainedRegister implements Register {
  private static final int VERSION = 1;
  private static final String BEFORE_THE_FIRST = "0".repeat(64);

  private final Records records;
  private final StoredEntries stored;
  private final TimeSource time;
  private final List<Entry> verified = new ArrayList<>();
  private final NavigableMap<Integer, List<byte[]>> chaptersDue = new TreeMap<>();
  private List<byte[]> chapter = new ArrayList<>();
  private String head = BEFORE_THE_FIRST;
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
      var entry = new Entry(verified.size(), kind, subject, fact, time.now());
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
  public synchronized List<Entry> entries() {
    catchUp();
    return List.copyOf(verified);
  }

  /**
   * Reads all that is stored. An entry that is missing is refused before anything is appended: its
   * number must stay free, or it could never be brought back.
   */
  private void catchUp() {
    int from = verified.size();
    var reading = stored.read(from);
    for (var encoded : reading.encoded()) {
      int number = verified.size();
      boolean shelved = reading.chapters().get(number / StoredEntries.CHAPTER);
      keep(decode(number, encoded), encoded, shelved);
    }
    if (reading.hole().isPresent()) {
      long hole = reading.hole().getAsLong();
      throw new Damaged(Report.of(REGISTER_BROKEN, Layout.registerEntry(hole) + " is missing")
          .why("there were at least " + reading.end() + " entries")
          .next("aegis repo check"));
    }
    followChain();
    caughtUp = true;
  }

  /** Reads on from the last entry that is known, to the first that is not there. */
  private void followChain() {
    while (true) {
      long next = verified.size();
      var found = stored.entry(next);
      if (found.isEmpty()) {
        return;
      }
      keep(decode(next, found.get()), found.get(), false);
    }
  }

  private void keep(Entry entry, byte[] encoded, boolean shelved) {
    verified.add(entry);
    head = Digest.of(encoded).hex();
    chapter.add(encoded);
    if (chapter.size() == StoredEntries.CHAPTER) {
      if (!shelved) {
        chaptersDue.put((int) (entry.sequence() / StoredEntries.CHAPTER), chapter);
      }
      chapter = new ArrayList<>();
    }
  }

  /** Also those that an interrupted writer owed. One that is damaged stays: nothing overwrites. */
  private void writeChapters() {
    chaptersDue.forEach(stored::putChapter);
    chaptersDue.clear();
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
    var name = Layout.registerEntry(sequence);
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
      if (!previous.equals(head)) {
        throw new Damaged(Report.of(REGISTER_BROKEN, name + " does not follow from the one before")
            .why("it was written after another entry than the one that is there now")
            .next("aegis repo check"));
      }
      return new Entry(sequence, kind, subject, fact, written);
    } catch (Malformed | IllegalArgumentException | java.time.DateTimeException e) {
      throw Damage.of(name, e);
    }
  }
}
