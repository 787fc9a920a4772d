package io.aegis.postgres.archive;

import static io.aegis.postgres.PostgresCode.WAL_CONFLICT;
import static io.aegis.postgres.PostgresCode.WAL_MISSING;
import static io.aegis.postgres.PostgresCode.WAL_UNREADABLE;
import static java.util.Comparator.comparing;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.WalNames.SummaryName;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.postgres.wal.TimelineHistory;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads the log in the repository; keeps nothing, so that every answer is of now. */
public final class WalArchive {
  /**
   * The longest stretch that one object holds, in bytes: a segment, or this much of a longer one.
   */
  public static final int SLICE = 16 << 20;

  private final Records records;

  public WalArchive(Records records) {
    this.records = records;
  }

  /** How long the slices of such segments are. */
  public static int sliceBytes(SegmentSize segments) {
    return Math.min(SLICE, segments.bytes());
  }

  /** What either of the two objects says in which a life is claimed (rule R13). */
  public Optional<IncarnationClaim> claim(Incarnation id) {
    try {
      var claim = claim(WalNames.incarnation(id));
      return claim.isPresent() ? claim : claim(WalNames.copy(id));
    } catch (Damaged damaged) {
      return Optional.of(claim(WalNames.copy(id)).orElseThrow(() -> damaged));
    }
  }

  /**
   * What must be known of a life to go on.
   *
   * @throws Damaged if both objects are gone, too
   */
  public IncarnationClaim requireClaim(Incarnation id) {
    return claim(id)
        .orElseThrow(() -> new Damaged(Report.of(
                WAL_MISSING, "incarnation " + id + " is not claimed in this repository any more")
            .why("neither " + WalNames.incarnation(id) + " nor " + WalNames.copy(id) + " is there")
            .next("bring one of them back from a copy or an older version in the store")));
  }

  /** That of a life which another one came from; where it is lost, as much as that one tells. */
  IncarnationClaim claimOfParent(Incarnation id, IncarnationClaim heir) {
    return claim(id)
        .orElseGet(() -> new IncarnationClaim(
            id, heir.system(), heir.segments(), new Origin.Root(), heir.claimed()));
  }

  /** What one of the two objects says. */
  Optional<IncarnationClaim> claim(ObjectKey key) {
    return records.find(key).map(bytes -> decoded(key, bytes, IncarnationClaim::decode));
  }

  /** Every incarnation that was ever claimed. */
  public List<IncarnationClaim> claims() {
    return claimed().stream().flatMap(id -> claim(id).stream()).toList();
  }

  /** The claims of these lives; one of which neither object can be read is passed by. */
  public List<IncarnationClaim> legible(Collection<Incarnation> lives) {
    return lives.stream().flatMap(life -> legible(life).stream()).toList();
  }

  private Optional<IncarnationClaim> legible(Incarnation life) {
    try {
      return claim(life);
    } catch (Damaged neither) {
      return Optional.empty(); // a check names it
    }
  }

  /** The lives of which a claim is there, or the copy of one. */
  public Set<Incarnation> claimed() {
    return claimedTwice().keySet();
  }

  /** Those, and of each whether both are there. */
  Map<Incarnation, Boolean> claimedTwice() {
    var claims = claimedIn(WalNames.INCARNATIONS);
    var copies = claimedIn(WalNames.COPIES);
    var lives = new LinkedHashMap<Incarnation, Boolean>();
    claims.forEach(life -> lives.put(life, copies.contains(life)));
    copies.forEach(life -> lives.putIfAbsent(life, false));
    return lives;
  }

  private Set<Incarnation> claimedIn(String prefix) {
    var lives = new LinkedHashSet<Incarnation>();
    records.list(prefix, stat -> lives.add(WalNames.claimedBy(stat.key())));
    return lives;
  }

  /**
   * What is stored of an incarnation: two or three listings, no content. The marks come first: what
   * they promise is there by then, so a stream that runs beside never looks as if its tip were
   * missing. Nor does it look as if log were missing where it replaces parts by their slice while
   * the listing passes by, behind the slice's place and not yet at the parts': such a hole is
   * listed again, and what was seen either time is there, since a slice is stored before its
   * parts go.
   */
  public Inventory inventory(IncarnationClaim claim) {
    var drafts = new TreeMap<Timeline, Draft>();
    records.list(WalNames.durable(claim.id()), stat -> sort(stat, drafts, claim.segments()));
    records.list(WalNames.wal(claim.id()), stat -> sort(stat, drafts, claim.segments()));
    if (timelines(drafts).values().stream().anyMatch(TimelineInventory::mayHaveBeenPassedBy)) {
      records.list(WalNames.wal(claim.id()), stat -> sort(stat, drafts, claim.segments()));
    }
    return new Inventory(claim, timelines(drafts));
  }

  private static SortedMap<Timeline, TimelineInventory> timelines(Map<Timeline, Draft> drafts) {
    var timelines = new TreeMap<Timeline, TimelineInventory>();
    drafts.forEach((timeline, draft) -> timelines.put(timeline, draft.finish(timeline)));
    return timelines;
  }

  /** Names that are not ours are nobody's log; they are left alone. */
  private static void sort(ObjectStat stat, Map<Timeline, Draft> drafts, SegmentSize size) {
    var key = stat.key();
    WalNames.timelineOf(key).ifPresent(timeline -> {
      var draft = drafts.computeIfAbsent(timeline, _ -> new Draft());
      if (key.name().startsWith("durable/")) {
        WalNames.mark(key).ifPresent(_ -> draft.marks.add(key));
      } else {
        sort(key, draft, size);
      }
    });
  }

  /** By what its name ends with, before the rest is looked at: there are thousands of them. */
  private static void sort(ObjectKey key, Draft draft, SegmentSize size) {
    var name = key.name();
    if (name.endsWith(".summary")) {
      WalNames.summary(key, size).ifPresent(draft.summaries::add);
    } else if (name.endsWith(".gap")) {
      WalNames.gap(key).ifPresent(draft.gaps::add);
    } else {
      WalNames.piece(key, size).ifPresent(draft.pieces::add);
    }
  }

  private static final class Draft {
    final Set<Piece> pieces = new LinkedHashSet<>();
    final Set<SummaryName> summaries = new LinkedHashSet<>();
    final Set<LogSpan> gaps = new LinkedHashSet<>();
    final List<ObjectKey> marks = new ArrayList<>();

    TimelineInventory finish(Timeline timeline) {
      return new TimelineInventory(
          timeline,
          List.copyOf(pieces),
          summaries.stream().sorted(comparing(summary -> summary.span().from())).toList(),
          gaps.stream().sorted(comparing(LogSpan::from)).toList(),
          marks);
    }
  }

  /** How far a timeline is durable by its newest mark; one short listing. */
  public Lsn durable(Incarnation id, Timeline timeline) {
    var furthest = new Lsn[] {Lsn.INVALID};
    records.list(
        WalNames.durable(id) + timeline.hex() + "/",
        stat ->
            WalNames.mark(stat.key()).ifPresent(lsn -> furthest[0] = Lsn.later(furthest[0], lsn)));
    return furthest[0];
  }

  /** Whether a mark or log of that life lies behind a position; mostly one short listing. */
  boolean holdsBeyond(IncarnationClaim claim, Lsn at) {
    var ends = new ArrayList<Lsn>();
    records.list(
        WalNames.durable(claim.id()), stat -> WalNames.mark(stat.key()).ifPresent(ends::add));
    if (ends.stream().noneMatch(at::isBefore)) { // a stream can be killed before it writes a mark
      records.list(
          WalNames.wal(claim.id()),
          stat -> WalNames.piece(stat.key(), claim.segments()).map(Piece::to).ifPresent(ends::add));
    }
    return ends.stream().anyMatch(at::isBefore);
  }

  /**
   * What the marks of a timeline tell. An older one is true as well, it only knows less.
   *
   * @param newest the newest that can be read
   * @param damage why a newer one than that cannot be read
   */
  public record Marks(Optional<DurableMark> newest, Optional<Damaged> damage) {}

  public Marks marks(Incarnation id, TimelineInventory timeline) {
    Optional<Damaged> damage = Optional.empty();
    for (var listed : timeline.marks().reversed()) {
      try {
        return new Marks(Optional.of(mark(id, timeline.timeline(), listed)), damage);
      } catch (Damaged e) {
        damage = damage.or(() -> Optional.of(e));
      }
    }
    return new Marks(Optional.empty(), damage);
  }

  /** The newest of now, where a stream that runs beside has removed the one that was listed. */
  private DurableMark mark(Incarnation id, Timeline timeline, ObjectKey listed) {
    return records
        .find(listed)
        .map(bytes -> decoded(listed, bytes, DurableMark::decode))
        .orElseGet(() -> get(newest(id, timeline, listed), DurableMark::decode));
  }

  private ObjectKey newest(Incarnation id, Timeline timeline, ObjectKey known) {
    var newest = new ObjectKey[] {known};
    records.list(
        WalNames.durable(id) + timeline.hex() + "/",
        stat -> newest[0] = WalNames.mark(stat.key()).isPresent() ? stat.key() : newest[0]);
    return newest[0];
  }

  SliceSummary summary(SummaryName name) {
    return get(name.key(), SliceSummary::decode);
  }

  /** A gap as it was declared. */
  public DeclaredGap gap(Incarnation id, Timeline timeline, LogSpan span) {
    return get(WalNames.gap(id, timeline, span), DeclaredGap::decode);
  }

  /** The history file of a timeline, byte for byte as the server wrote it. */
  public Optional<byte[]> historyFile(Incarnation id, Timeline timeline) {
    return records.find(WalNames.history(id, timeline));
  }

  /** The history of a timeline; without ancestors where no file is stored. */
  public TimelineHistory history(Incarnation id, Timeline timeline) {
    var key = WalNames.history(id, timeline);
    return records
        .find(key)
        .map(bytes -> decoded(key, bytes, content -> TimelineHistory.parse(timeline, content)))
        .orElseGet(() -> TimelineHistory.first(timeline));
  }

  /**
   * The bytes of a stretch. Of objects that overlap, the one that reaches furthest is read, and
   * what can be read of the others is compared with it: where two servers have written the same
   * stretch, nobody may choose between them in silence.
   *
   * @param span at most {@link #SLICE} long
   * @throws Damaged if some of it is not there, or two objects hold different bytes of it: {@link
   *     PostgresCode#WAL_CONFLICT}
   */
  public byte[] read(TimelineInventory timeline, LogSpan span) {
    var read = new HashSet<Piece>();
    var bytes = read(timeline, span, read);
    timeline.pieces().stream()
        .filter(piece -> piece.span().overlaps(span) && !read.contains(piece))
        .forEach(piece -> requireAgreement(piece, span, bytes));
    return bytes;
  }

  private void requireAgreement(Piece piece, LogSpan span, byte[] bytes) {
    byte[] content;
    try {
      content = content(piece);
    } catch (Damaged e) {
      return; // damaged, or replaced since it was listed: it says nothing else
    }
    if (!span.agrees(bytes, piece.span(), content)) {
      throw contradiction(piece, Lsn.later(piece.from(), span.from()));
    }
  }

  private static Damaged contradiction(Piece piece, Lsn at) {
    return new Damaged(Report.of(WAL_CONFLICT, piece.key() + " contradicts other objects")
        .why("two objects hold different bytes of the log from " + at + " on: two servers, of which"
            + " one is a copy of the other, have been streamed at the same time")
        .safe("moments before it, and behind a snapshot that is taken since, can be recovered")
        .next("stop the copy that is not to be protected", WalFiling.NEW_LIFE));
  }

  private byte[] read(TimelineInventory timeline, LogSpan span, Set<Piece> read) {
    var bytes = new byte[Math.toIntExact(span.bytes())];
    var at = span.from();
    while (at.isBefore(span.to())) {
      var found = readable(timeline, at).orElseThrow(() -> missing(timeline, span));
      var piece = found.piece();
      var content = found.content();
      int known = Math.toIntExact(at.minus(Lsn.later(piece.from(), span.from())));
      int skip = Math.toIntExact(Math.max(0, span.from().minus(piece.from())));
      int start = Math.toIntExact(at.minus(span.from())) - known;
      int count = Math.min(content.length - skip, bytes.length - start);
      if (!Arrays.equals(bytes, start, start + known, content, skip, skip + known)) {
        throw contradiction(piece, span.from().plus(start));
      }
      read.add(piece);
      System.arraycopy(content, skip, bytes, start, count);
      at = span.from().plus(start + (long) count);
    }
    return bytes;
  }

  private record Found(Piece piece, byte[] content) {}

  private Optional<Found> readable(TimelineInventory timeline, Lsn at) {
    Optional<Damaged> damage = Optional.empty();
    for (var piece : reachingFurthestFirst(timeline, at)) {
      try {
        return Optional.of(new Found(piece, content(piece)));
      } catch (Damaged e) {
        damage = damage.or(() -> Optional.of(e));
      }
    }
    if (damage.isPresent()) {
      throw damage.get();
    }
    return Optional.empty();
  }

  private static List<Piece> reachingFurthestFirst(TimelineInventory timeline, Lsn at) {
    return timeline.pieces().stream()
        .filter(piece -> piece.span().contains(at))
        .sorted(comparing(Piece::to).reversed())
        .toList();
  }

  /**
   * All that an object holds.
   *
   * @throws Damaged if it is not what it should be
   */
  public byte[] content(Piece piece) {
    var content = records.get(piece.key());
    if (content.length != piece.span().bytes()) {
      throw new Damaged(Report.of(WAL_UNREADABLE, piece.key() + " has " + content.length + " bytes")
          .why("its name promises " + piece.span().bytes())
          .next("aegis repo check --read-data"));
    }
    return content;
  }

  private static Damaged missing(TimelineInventory timeline, LogSpan span) {
    return new Damaged(Report.of(
            WAL_MISSING,
            "log of timeline " + timeline.timeline() + " is missing between " + span.from()
                + " and " + span.to())
        .next("aegis wal gaps    (shows what is missing and what that affects)"));
  }

  private <T> T get(ObjectKey key, Function<byte[], T> decoder) {
    return decoded(key, records.get(key), decoder);
  }

  private static <T> T decoded(ObjectKey key, byte[] bytes, Function<byte[], T> decoder) {
    try {
      return decoder.apply(bytes);
    } catch (Malformed e) {
      throw new Damaged(
          Report.of(WAL_UNREADABLE, key + " cannot be read")
              .why(String.valueOf(e.getMessage()))
              .next("aegis repo check --read-data"),
          e);
    }
  }
}
