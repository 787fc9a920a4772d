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
  /**
   * How a server gets a life of its own. What a recovery has written lies in {@code
   * postgresql.auto.conf}, which counts more than a line of somebody's; and PostgreSQL lets ALTER
   * SYSTEM set nothing that it does not know yet.
   */
  public static final String NEW_NAME = "ALTER SYSTEM SET aegis.incarnation = 'a-new-name'  (or,"
      + " where it does not know that parameter, such a line in its postgresql.conf), reload";

  /** The way on for a server whose log must not be mixed with what is stored. */
  public static final String NEW_LIFE =
      "to protect this server as well, give it a life of its own: " + NEW_NAME
          + ", aegis backup    (a copy of what is protected: under a database.name of its own)";

  private static final int MARKS_KEPT = 4; // rule A4: two at least, whatever a crash does between

  /** Names that are tried for the trace of a conflict: others may have left theirs. */
  private static final int TRACES = 16;

  private final Records records;
  private final Register register;
  private final IncarnationClaim claim;
  private final Milestones milestones;
  private final Deque<ObjectKey> marks = new ArrayDeque<>();
  private final AtomicInteger requests = new AtomicInteger();

  /** Objects of two segments, this one and the last, whose bytes are those of this writer. */
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
    same(part, bytes);
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
      var before = segment;
      agreeing.removeIf(key -> !key.name().startsWith(before) && !key.name().startsWith(prefix));
      segment = prefix;
    }
    requireSame(others(prefix, span), span, bytes);
  }

  /**
   * The same of a slice that was completed before: the other writer may be behind this one.
   *
   * @param span of the whole slice; nothing is told while it is not stored as one yet
   */
  public void requireAloneBehind(Timeline timeline, LogSpan span) {
    var prefix = WalNames.segment(claim.id(), timeline, span.from(), claim.segments());
    var slice = WalNames.piece(Piece.Kind.SLICE, claim.id(), timeline, span, claim.segments());
    var others = others(prefix, span);
    others.removeIf(other -> other.key().equals(slice.key()));
    if (!others.isEmpty()) {
      try {
        records.find(slice.key()).ifPresent(bytes -> requireSame(others, span, () -> bytes));
      } catch (Damaged e) {
        return; // whoever reads it names it
      }
    }
  }

  private List<Piece> others(String prefix, LogSpan span) {
    var others = new ArrayList<Piece>();
    requests.incrementAndGet();
    records.list(
        prefix,
        stat -> WalNames.piece(stat.key(), claim.segments()).stream()
            .filter(piece -> piece.span().overlaps(span) && !agreeing.contains(piece.key()))
            .forEach(others::add));
    return others;
  }

  private void requireSame(List<Piece> others, LogSpan span, Supplier<byte[]> bytes) {
    for (var other : others) {
      requireSame(other, span, bytes.get());
      if (span.contains(other.span())) { // of one that reaches further the rest is still to come
        agreeing.add(other.key());
      }
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
    same(slice, bytes);
    milestones.reach("wal.slice-durable");
    same(WalNames.summary(claim.id(), timeline, summary, claim.segments()), summary.encode());
    milestones.reach("wal.summary-durable");
    delete(parts, slice);
    milestones.reach("wal.parts-deleted");
  }

  /**
   * Removes parts that a stored slice covers, as a killed process leaves them behind.
   *
   * @param bytes of the slice
   * @throws Refused if one of them holds other bytes (rule A5): it is the last to tell that another
   *     server has written here, so all of them stay
   */
  public void tidyParts(List<Piece> parts, Piece slice, byte[] bytes) {
    parts.forEach(part -> requireSame(part, slice.span(), bytes));
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
    agreeing.remove(key);
  }

  /** Rule A1: a repeated put is fine, another content is not. */
  private void same(ObjectKey key, byte[] content) {
    if (put(key, content) == PutOutcome.ALREADY_PRESENT
        && !Arrays.equals(records.get(key), content)) {
      throw conflict(key);
    }
  }

  /** The same for log. The bytes that are refused must not vanish: see {@link #leaveTrace}. */
  private void same(Piece piece, byte[] bytes) {
    if (put(piece.key(), bytes) == PutOutcome.ALREADY_PRESENT) {
      int other = Arrays.mismatch(records.get(piece.key()), bytes);
      if (other >= 0) {
        leaveTrace(piece, bytes, other);
        throw conflict(piece.key());
      }
    }
    agreeing.add(piece.key());
  }

  /**
   * Stores as much of what contradicts an object as shows it, under a name of its own, within the
   * same stretch: so the other writer, who was first and would not be told, and every reader find
   * that two servers have written here.
   *
   * @param other the first byte that differs
   */
  private void leaveTrace(Piece piece, byte[] bytes, int other) {
    var begin = piece.span().from();
    for (int end = other + 1; end < bytes.length && end <= other + TRACES; end++) {
      var span = new LogSpan(begin, begin.plus(end));
      if (isLeft(piece.timeline(), span, Arrays.copyOf(bytes, end))) {
        return;
      }
    }
    for (int from = 1; from <= other && from <= TRACES && other < bytes.length; from++) {
      var span = new LogSpan(begin.plus(from), piece.span().to());
      if (isLeft(piece.timeline(), span, Arrays.copyOfRange(bytes, from, bytes.length))) {
        return;
      }
    }
  }

  private boolean isLeft(Timeline timeline, LogSpan span, byte[] bytes) {
    var key = partOf(timeline, span).key();
    return put(key, bytes) == PutOutcome.CREATED || Arrays.equals(records.get(key), bytes);
  }

  private Refused conflict(ObjectKey key) {
    return new Refused(Report.of(WAL_CONFLICT, key + " is already stored, with other bytes")
        .why("two servers write the log of incarnation " + claim.id()
            + ": a copy of this cluster runs somewhere")
        .safe("what is stored was left as it is; no more of this server is added")
        .next("stop the copy that is not to be protected", NEW_LIFE));
  }
}
