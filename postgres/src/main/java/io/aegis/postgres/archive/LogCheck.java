package io.aegis.postgres.archive;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Progress;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.RestorableWindow.Hole;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import io.aegis.postgres.wal.WalEvent;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Register;
import io.aegis.repository.Repository;
import io.aegis.storage.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks for damage of the log, and words what it finds by what it costs. */
public final class LogCheck {
  private static final String NEW_SNAPSHOT =
      "aegis backup    (a snapshot taken now does not need it)";
  private static final String RESTORE_OBJECT =
      "bring the object back from a copy or an older version in the store";
  private static final String WRITTEN_AGAIN =
      "delete the object if it is there; the next 'aegis wal stream' writes it again";
  private static final Cost OWNER = new Cost(
      Severity.AT_RISK,
      "nothing is lost while the register tells for whom that life is streamed",
      WRITTEN_AGAIN);
  private static final Cost UNINTERPRETED =
      new Cost("what belongs to it cannot be interpreted", RESTORE_OBJECT);
  private static final Cost HISTORY = new Cost(
      "no snapshot of an earlier timeline can be brought onto it",
      "aegis wal stream    (stores it again while the server has it, once a damaged one is away)");
  private static final Cost GAP = new Cost(
      "why log is missing there cannot be read; that it is missing is known from its name",
      RESTORE_OBJECT);
  private static final Cost MARK = new Cost(
      "the log is whole as far as it is there; how far it must reach, an older mark tells",
      "aegis wal stream    (writes newer marks)");
  private static final Cost SUMMARY = new Cost(
      "the log is whole, but a moment in it cannot be looked up",
      "delete the object: the log itself is read instead, which is slower");

  private final Repository repository;
  private final WalArchive archive;
  private final List<BaseBackup> backups;
  private final Progress progress;
  private final List<Finding> findings = new ArrayList<>();
  private long expected;
  private Lsn scanned = new Lsn(0);

  public LogCheck(Repository repository, List<BaseBackup> backups, Progress progress) {
    this.repository = repository;
    this.archive = new WalArchive(repository.records());
    this.backups = backups;
    this.progress = progress;
  }

  public List<Finding> run(CheckDepth depth) {
    registered();
    for (var id : archive.claimed()) {
      var lost = "the log of this incarnation, and every snapshot of it, cannot be interpreted";
      var name = WalNames.incarnation(id).name();
      guarded(name, new Cost(lost, RESTORE_OBJECT), () -> incarnation(id, depth));
    }
    var inventories = new HashMap<Incarnation, Inventory>();
    for (var base : backups) {
      var subject = WalNames.wal(base.incarnation(), base.timeline());
      guarded(subject, useless(base), () -> reachesItsEnd(base, inventories));
    }
    return findings;
  }

  /** No hole shows log that is missing before the first piece; only a snapshot misses that. */
  private void reachesItsEnd(BaseBackup base, Map<Incarnation, Inventory> inventories) {
    if (archive.claim(base.incarnation()).isEmpty()) {
      return; // that it is not there is found by the register
    }
    var branch = new Branch(base.incarnation(), base.timeline());
    var reach = LineageLog.of(archive, branch, inventories).reach(base.begin());
    if (reach.isBefore(base.end())) {
      findings.add(useless(base)
          .found(
              WalNames.wal(base.incarnation(), base.timeline()),
              "log is missing from " + reach + ", between the begin and the end of snapshot "
                  + base.id() + ", " + base.begin() + " and " + base.end()));
    }
  }

  private static Cost useless(BaseBackup base) {
    return new Cost(
        "snapshot " + base.id() + " cannot be recovered: it is consistent only with that log",
        RESTORE_OBJECT + "; else " + NEW_SNAPSHOT);
  }

  private void incarnation(Incarnation id, CheckDepth depth) {
    var claim = archive.requireClaim(id);
    var timelines = archive.inventory(claim).timelines();
    keptTwice(id, !timelines.isEmpty());
    for (var timeline : timelines.values()) {
      var branch = new Branch(claim.id(), timeline.timeline());
      history(branch);
      holes(branch, timeline);
      if (timeline.marks().isEmpty() && !timeline.pieces().isEmpty()) {
        unmarked(branch, timeline);
      }
      if (depth == CheckDepth.READ_DATA) {
        readAll(branch, timeline);
      }
    }
  }

  /** One of the two can be read; both were written before the first log, or its writer died. */
  private void keptTwice(Incarnation id, boolean hasLog) {
    for (var key : List.of(WalNames.incarnation(id), WalNames.copy(id))) {
      try {
        if (archive.claim(key).isEmpty()) {
          var severity = hasLog ? Severity.AT_RISK : Severity.HARMLESS;
          var what = "one of the two objects in which this life is claimed is not there";
          halfKept(severity, key, what);
        }
      } catch (Damaged damaged) {
        halfKept(Severity.AT_RISK, key, damaged.report().headline());
      }
    }
  }

  private void halfKept(Severity severity, ObjectKey key, String what) {
    findings.add(
        new Cost(severity, "nothing is lost while the other one can be read", WRITTEN_AGAIN)
            .found(key.name(), what));
  }

  /**
   * A stream that ends before its first mark has told nobody that anything is durable, and no
   * snapshot rests on it. Slices, or a snapshot, are there only after a mark was.
   */
  private void unmarked(Branch branch, TimelineInventory timeline) {
    boolean onlyBegun = !timeline.lostItsMarks(
        backups.stream().anyMatch(backup -> backup.isOf(branch.incarnation(), branch.timeline())));
    findings.add(new Finding(
        onlyBegun ? Severity.HARMLESS : Severity.AT_RISK,
        WalNames.durable(branch.incarnation()) + branch.timeline().hex() + "/",
        "log is stored, and no mark says how far it reached",
        onlyBegun
            ? "nothing is lost if the stream ended before it called anything durable, as it seems"
            : "whether its end is missing cannot be told",
        "aegis wal stream    (writes a mark); until then compare with what monitoring saw last"));
  }

  /** What was once written into the register must still be there, as far as it can be read. */
  private void registered() {
    for (var entry : repository.register().reading().entries()) {
      costOf(entry.kind())
          .ifPresent(cost -> guarded(entry.subject().name(), cost, () -> registered(entry, cost)));
    }
  }

  private void registered(Register.Entry entry, Cost cost) {
    boolean there = entry.kind() == Register.Kind.INCARNATION_CLAIMED
        ? archive.claimed().contains(Incarnations.registered(entry))
        : repository.records().find(entry.subject()).isPresent();
    if (!there) {
      findings.add(cost.found(
          entry.subject().name(), "it was registered and is not there: " + entry.fact()));
    }
  }

  /** What it costs that an object of the log is lost; those of others are not looked at here. */
  private static Optional<Cost> costOf(Register.Kind kind) {
    return switch (kind) {
      case INCARNATION_CLAIMED, WAL_GAP_DECLARED -> Optional.of(UNINTERPRETED);
      case LIFE_STREAMED -> Optional.of(OWNER);
      case SNAPSHOT_TAKEN, EXECUTION_STARTED, EXECUTION_ENDED, KEY_SLOT_ADDED, KEY_SLOT_REMOVED ->
        Optional.empty();
    };
  }

  private void history(Branch branch) {
    var key = WalNames.history(branch.incarnation(), branch.timeline());
    guarded(key.name(), HISTORY, () -> {
      if (branch.timeline().id() > 1
          && archive.historyFile(branch.incarnation(), branch.timeline()).isEmpty()) {
        findings.add(HISTORY.found(
            key.name(), "the history of timeline " + branch.timeline() + " is missing"));
      }
    });
  }

  private void holes(Branch branch, TimelineInventory timeline) {
    for (var gap : timeline.gaps()) {
      var key = WalNames.gap(branch.incarnation(), branch.timeline(), gap);
      guarded(key.name(), GAP, () -> repository.records().get(key));
    }
    guarded(WalNames.wal(branch.incarnation(), branch.timeline()), GAP, () -> {
      for (var hole : new HoleSearch(archive, backups).holes(branch, timeline)) {
        hole(branch, hole);
      }
    });
  }

  private void hole(Branch branch, Hole hole) {
    boolean declared = hole.cause() == Cause.DECLARED || hole.cause() == Cause.BARRIER;
    boolean behindUs = declared && new HoleSearch(archive, backups).isBehindUs(hole);
    findings.add(new Finding(
        behindUs ? Severity.HARMLESS : Severity.LOSS,
        WalNames.wal(branch.incarnation(), branch.timeline()),
        hole.headline() + ": " + hole.reason(),
        hole.consequence(),
        behindUs ? "nothing is to be done: later snapshots do not need it" : NEW_SNAPSHOT));
  }

  private void readAll(Branch branch, TimelineInventory timeline) {
    var read =
        Stream.concat(timeline.pieces().stream().map(Piece::span), timeline.ranges().stream());
    expected += read.mapToLong(LogSpan::bytes).sum();
    progress.expect(expected);
    var lost = new ArrayList<LogSpan>();
    for (var piece : timeline.pieces()) {
      boolean isWhole = guarded(
          piece.key().name(),
          unreadable(branch, piece.span()),
          () -> verify(branch, timeline, piece));
      if (!isWhole && !timeline.isReadable(piece.span(), archive)) {
        lost.add(piece.span());
      }
      progress.advance(piece.span().bytes());
    }
    for (var mark : timeline.marks()) {
      guarded(mark.name(), MARK, () -> verify(branch, mark));
    }
    for (var name : timeline.summaries()) {
      guarded(name.key().name(), SUMMARY, () -> summary(branch, name));
    }
    for (var range : timeline.ranges()) {
      var wal = WalNames.wal(branch.incarnation(), branch.timeline());
      scanned = range.from();
      for (var readable : range.without(lost)) { // what is not has been told
        guarded(wal, unreadable(branch, readable), () -> scan(branch, range, readable));
      }
      scanned(range.to());
    }
  }

  /** A part that the stream has merged since it was listed is not lost: its log is there. */
  private void verify(Branch branch, TimelineInventory timeline, Piece piece) {
    try {
      archive.content(piece);
    } catch (Damaged e) {
      var now = now(branch);
      boolean replaced = isGone(piece.key())
          && !now.pieces().contains(piece)
          && now.ranges().stream().anyMatch(range -> range.contains(piece.span()));
      if (replaced || timeline.isDeclared(piece.span())) {
        return; // a gap has its own finding
      }
      if (piece.kind() == Piece.Kind.SLICE || !timeline.isReadable(piece.span(), archive)) {
        throw e;
      }
      findings.add(new Finding(
          Severity.HARMLESS,
          piece.key().name(),
          e.report().headline(),
          "nothing is lost: other objects hold the same log, and are read instead",
          "nothing is to be done: the stream removes it if its slice is ever full"));
    }
  }

  /** Nor is a mark that newer ones have replaced since. */
  private void verify(Branch branch, ObjectKey mark) {
    try {
      repository.records().get(mark);
    } catch (Damaged e) {
      var now = now(branch);
      var told = WalNames.mark(mark).orElse(Lsn.INVALID);
      boolean replaced =
          isGone(mark) && !now.marks().contains(mark) && !now.durable().isBefore(told);
      if (!replaced) {
        throw e;
      }
    }
  }

  private boolean isGone(ObjectKey key) {
    try {
      return repository.records().find(key).isEmpty();
    } catch (Damaged e) {
      return false; // there, and damaged
    }
  }

  private TimelineInventory now(Branch branch) {
    var claim = archive.requireClaim(branch.incarnation());
    return archive.inventory(claim).timeline(branch.timeline());
  }

  /** A stretch that is there and cannot be read costs what it would if it were not there. */
  private Cost unreadable(Branch branch, LogSpan span) {
    var hole = new HoleSearch(archive, backups).hole(branch, span, Cause.MISSING, "unreadable");
    return new Cost(
        "between " + span.from() + " and " + span.to() + " " + hole.consequence(),
        RESTORE_OBJECT + "; else " + NEW_SNAPSHOT);
  }

  /** A wrong summary would lead a target astray, so it is worked out again. */
  private void summary(Branch branch, WalNames.SummaryName name) {
    var stored = archive.summary(name);
    var draft = new SummaryDraft(name.span().from());
    try {
      LineageLog.of(archive, branch).scan(name.span(), Detail.TRANSACTIONS, draft::add);
    } catch (Damaged log) { // of the slice, or of what is read before it
      return; // that has findings of its own, and the summary is needed all the more then
    }
    if (!draft.finish(name.span().to()).equals(stored)) {
      findings.add(new Finding(
          Severity.AT_RISK,
          name.key().name(),
          "the summary is not that of the log",
          "a target near it could be resolved wrongly",
          "report this as a bug, with the output of 'aegis repo check --read-data --json'"));
    }
  }

  private void scanned(Lsn to) {
    if (to.isAfter(scanned)) {
      progress.advance(to.minus(scanned));
      scanned = to;
    }
  }

  /**
   * @param range in which it lies: behind what cannot be read in that, the log is looked through
   *     from the next segment on
   */
  private void scan(Branch branch, LogSpan range, LogSpan readable) {
    var log = LineageLog.of(archive, branch);
    var begin = readable.from().equals(range.from())
        ? readable.from()
        : log.lineage().segments().ceiling(readable.from());
    if (!begin.isBefore(readable.to())) {
      return;
    }
    var barriers = now(branch).barriers();
    var span = new LogSpan(begin, readable.to());
    var state = log.scanAlone(span, Detail.TRANSACTIONS, event -> {
      scanned(event.start());
      if (event instanceof WalEvent.ParameterChange change
          && change.isMinimal()
          && !barriers.contains(change.start())) {
        broken(branch, change.start(), DeclaredGap.MINIMAL);
      }
    });
    switch (state) {
      case ScanState.Reading() -> {}
      case ScanState.Ended(var at, var why) -> broken(branch, at, why);
      case ScanState.Damaged(var at, var what) -> broken(branch, at, what);
    }
  }

  private void broken(Branch branch, Lsn at, String what) {
    findings.add(new Finding(
        Severity.LOSS,
        WalNames.wal(branch.incarnation(), branch.timeline()),
        "the log breaks off at " + at + ": " + what,
        "nothing behind it can be recovered from snapshots before it",
        NEW_SNAPSHOT));
  }

  /** What it costs that something cannot be read, and what to do about it. */
  private record Cost(Severity severity, String consequence, String repair) {
    Cost(String consequence, String repair) {
      this(Severity.LOSS, consequence, repair);
    }

    Finding found(String subject, String what) {
      return new Finding(severity, subject, what, consequence, repair);
    }
  }

  /** One object that cannot be read must not keep the rest from being looked at. */
  private boolean guarded(String subject, Cost cost, Runnable read) {
    try {
      read.run();
      return true;
    } catch (Damaged e) {
      findings.add(cost.found(subject, e.report().headline()));
      return false;
    }
  }
}
