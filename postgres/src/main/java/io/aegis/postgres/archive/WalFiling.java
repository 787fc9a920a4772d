package io.aegis.postgres.archive;

import static io.aegis.postgres.PostgresCode.HISTORY_DIVERGES;
import static io.aegis.postgres.PostgresCode.WAL_CONFLICT;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Report;
import io.aegis.postgres.Timeline;
import io.aegis.repository.Records;
import io.aegis.repository.Register;
import io.aegis.repository.Repository;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.PutOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Writes the log of one incarnation into the repository, under the rules of this package. Each
 * method has returned only when what it wrote is durable; each may be repeated.
 */
public final class WalFiling {
  /** The way on for a server whose log must not be mixed with what is stored. */
  public static final String NEW_LIFE = "to protect this server as well, give it a life of its own:"
      + " a line  aegis.incarnation = 'a-new-name'  in its postgresql.conf, reload, aegis backup";

  private static final int MARKS_KEPT = 4; // rule A4: two at least, whatever a crash does between

  private final Records records;
  private final Register register;
  private final IncarnationClaim claim;
  private final Milestones milestones;
  private final Deque<ObjectKey> marks = new ArrayDeque<>();
  private final AtomicInteger requests = new AtomicInteger();

  /** Objects of one segment whose bytes are known to be those of this writer. */
  private final Set<ObjectKey> agreeing = ConcurrentHashMap.newKeySet();

  private String segment = "";

  public WalFiling(Repository repository, IncarnationClaim claim, Milestones milestones) {
    this.records = repository.records();
    this.register = repository.register();
    this.claim = claim;
    this.milestones = milestones;
  }

  public IncarnationClaim claim() {
    return claim;
  }

  /** Bytes as they arrived: all of one segment. */
  public Piece part(Timeline timeline, LogSpan span, byte[] bytes) {
    var part = partOf(timeline, span);
    same(part.key(), bytes);
    agreeing.add(part.key());
    milestones.reach("wal.part-durable");
    return part;
  }

  /**
   * Looks at what else is stored of the segment that is being filled: a copy of the server, made
   * while both had the same log, is not told apart before the two write different things.
   *
   * @param span what is stored of it from its beginning on, or from that of a slice of it
   * @param bytes of that stretch; asked for only if somebody else has stored some of it
   * @throws Refused if another writer has stored other bytes there
   */
  public void requireAlone(Timeline timeline, LogSpan span, Supplier<byte[]> bytes) {
    var prefix = WalNames.segment(claim.id(), timeline, span.from(), claim.segments());
    if (!prefix.equals(segment)) {
      segment = prefix;
      agreeing.clear();
    }
    var others = new ArrayList<Piece>();
    requests.incrementAndGet();
    records.list(
        prefix,
        stat -> WalNames.piece(stat.key(), claim.segments()).stream()
            .filter(piece -> piece.span().overlaps(span) && !agreeing.contains(piece.key()))
            .forEach(others::add));
    for (var other : others) {
      requireSame(other, span, bytes.get());
      agreeing.add(other.key());
    }
  }

  private void requireSame(Piece other, LogSpan span, byte[] bytes) {
    Optional<byte[]> content;
    try {
      content = records.find(other.key());
    } catch (Damaged e) {
      return; // it says nothing else; whoever reads it names it
    }
    if (content.isPresent() && !span.agrees(bytes, other.span(), content.get())) {
      throw conflict(other.key());
    }
  }

  /** The part that holds such a stretch, whether or not it is stored. */
  public Piece partOf(Timeline timeline, LogSpan span) {
    return WalNames.piece(Piece.Kind.PART, claim.id(), timeline, span, claim.segments());
  }

  /**
   * Says how far the log is durable; call it when it is (rule A2).
   *
   * @param timeline the same in every call: each connection follows one timeline, with a filing of
   *     its own, so that the marks of an older one stay
   * @param mark not before an earlier one
   */
  public void mark(Timeline timeline, DurableMark mark) {
    var key = WalNames.mark(claim.id(), timeline, mark);
    if (put(key, mark.encode()) == PutOutcome.CREATED) {
      marks.addLast(key);
    }
    milestones.reach("wal.mark-durable");
    while (marks.size() > MARKS_KEPT) {
      remove(marks.removeFirst()); // safe: newer marks of this process say more
    }
  }

  /**
   * Removes all marks of a timeline but the newest ones, as a killed process leaves them behind.
   */
  public void tidyMarks(TimelineInventory timeline) {
    int surplus = timeline.marks().size() - MARKS_KEPT;
    for (int i = 0; i < surplus; i++) {
      remove(timeline.marks().get(i)); // safe: newer marks of this timeline say more
    }
  }

  /** Stores the history file of a timeline, which every copy of this history must have alike. */
  public void history(Timeline timeline, byte[] content) {
    var key = WalNames.history(claim.id(), timeline);
    if (put(key, content) == PutOutcome.ALREADY_PRESENT
        && !Arrays.equals(records.get(key), content)) {
      throw new Refused(Report.of(
              HISTORY_DIVERGES,
              "timeline " + timeline + " of this server is not the one that is stored")
          .why("both have this number, but they left their ancestor at different moments:"
              + " another copy of this cluster was promoted and protected before")
          .safe("nothing was stored; what is there stays as it is")
          .next("stop the copy that is not to be protected", NEW_LIFE));
    }
    milestones.reach("wal.history-durable");
  }

  /**
   * Declares log to be lost, in the register first, so that the loss of the record would show.
   *
   * @return whether it was not declared already
   */
  public boolean gap(Timeline timeline, DeclaredGap gap) {
    var key = WalNames.gap(claim.id(), timeline, gap.span());
    if (records.find(key).isPresent()) {
      return false;
    }
    register.append(Register.Kind.WAL_GAP_DECLARED, key, gap.reason());
    put(key, gap.encode());
    milestones.reach("wal.gap-declared");
    return true;
  }

  /** Puts one part in the place of many that it covers (rule A3). */
  public void merge(Timeline timeline, LogSpan span, byte[] bytes, List<Piece> parts) {
    delete(parts, part(timeline, span, bytes));
    milestones.reach("wal.parts-merged");
  }

  /** Stores a whole slice and its summary, then deletes the parts it came from (rule A3). */
  public void slice(Timeline timeline, SliceSummary summary, byte[] bytes, List<Piece> parts) {
    var span = summary.span();
    var slice = WalNames.piece(Piece.Kind.SLICE, claim.id(), timeline, span, claim.segments());
    same(slice.key(), bytes);
    milestones.reach("wal.slice-durable");
    same(WalNames.summary(claim.id(), timeline, summary, claim.segments()), summary.encode());
    milestones.reach("wal.summary-durable");
    delete(parts, slice);
    milestones.reach("wal.parts-deleted");
  }

  /** Removes parts that a stored slice covers, as a killed process leaves them behind. */
  public void tidyParts(List<Piece> parts, Piece slice) {
    delete(parts, slice);
  }

  private void delete(List<Piece> parts, Piece cover) {
    for (var part : parts) {
      if (!cover.span().contains(part.span())) {
        throw new IllegalStateException(part.key() + " is not covered by " + cover.key());
      }
      if (!part.key().equals(cover.key())) {
        remove(part.key()); // safe: the cover holds its bytes and is durable
      }
    }
  }

  /** How many objects were written or removed since the last call. */
  public int requests() {
    return requests.getAndSet(0);
  }

  private PutOutcome put(ObjectKey key, byte[] content) {
    requests.incrementAndGet();
    return records.putIfAbsent(key, content);
  }

  private void remove(ObjectKey key) {
    requests.incrementAndGet();
    records.delete(key);
  }

  /** Rule A1: a repeated put is fine, another content is not. */
  private void same(ObjectKey key, byte[] content) {
    if (put(key, content) == PutOutcome.ALREADY_PRESENT
        && !Arrays.equals(records.get(key), content)) {
      throw conflict(key);
    }
  }

  private Refused conflict(ObjectKey key) {
    return new Refused(Report.of(WAL_CONFLICT, key + " is already stored, with other bytes")
        .why("two servers write the log of incarnation " + claim.id()
            + ": a copy of this cluster runs somewhere")
        .safe("what is stored was left as it is; no more of this server is added")
        .next("stop the copy that is not to be protected", NEW_LIFE));
  }
}
