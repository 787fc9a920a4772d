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
import java.util.List;

/**
 * The register: {@code docs/format/register.md}. Entry {@code n} is the object {@code register/n}
 * and holds the SHA-256 of entry {@code n - 1} as it was encoded; who writes {@code n} first has
 * it, and the others take the next number.
 *
 * <p>Entries that were verified once are kept, and only newer ones are read again.
 */
public final class ChainedRegister implements Register {
  private static final int VERSION = 1;
  private static final String BEFORE_THE_FIRST = "0".repeat(64);

  private final Records entries;
  private final TimeSource time;
  private final List<Entry> verified = new ArrayList<>();
  private String head = BEFORE_THE_FIRST;

  public ChainedRegister(Records entries, TimeSource time) {
    this.entries = entries;
    this.time = time;
  }

  @Override
  public synchronized Entry append(Kind kind, ObjectKey subject, String fact) {
    while (true) {
      followChain();
      var entry = new Entry(verified.size(), kind, subject, fact, time.now());
      var encoded = encode(entry, head);
      var name = Layout.registerEntry(entry.sequence());
      if (entries.putIfAbsent(name, encoded) == PutOutcome.CREATED) {
        keep(entry, encoded);
        return entry;
      }
    }
  }

  @Override
  public synchronized List<Entry> entries() {
    followChain();
    refuseGap();
    return List.copyOf(verified);
  }

  /** Reads on from the last entry that is known, to the first that is not there. */
  private void followChain() {
    while (true) {
      long next = verified.size();
      var found = entries.find(Layout.registerEntry(next));
      if (found.isEmpty()) {
        return;
      }
      keep(decode(next, found.get()), found.get());
    }
  }

  private void keep(Entry entry, byte[] encoded) {
    verified.add(entry);
    head = Digest.of(encoded).hex();
  }

  /** The chain ends at the first number that is missing: nothing may stand behind it. */
  private void refuseGap() {
    var end = Layout.registerEntry(verified.size());
    entries.list(Layout.REGISTER, stat -> {
      if (stat.key().compareTo(end) > 0) {
        throw new Damaged(Report.of(REGISTER_BROKEN, end + " is missing")
            .why(stat.key() + " stands behind it")
            .next("aegis repo check"));
      }
    });
  }

  private static byte[] encode(Entry entry, String previous) {
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
