package io.aegis.postgres.archive;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Progress;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.RestorableWindow.Hole;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Register;
import io.aegis.repository.Repository;
import java.util.ArrayList;
import java.util.List;

/** Looks for damage of the log, and words what it finds by what it costs. */
public final class LogCheck {
  private static final String NEW_SNAPSHOT =
      "aegis backup    (a snapshot taken now does not need it)";

  private final Repository repository;
  private final WalArchive archive;
  private final List<BaseBackup> backups;
  private final Progress progress;
  private final List<Finding> findings = new ArrayList<>();

  public LogCheck(Repository repository, List<BaseBackup> backups, Progress progress) {
    this.repository = repository;
    this.archive = new WalArchive(repository.records());
    this.backups = backups;
    this.progress = progress;
  }

  public List<Finding> run(CheckDepth depth) {
    registered();
    for (var claim : archive.claims()) {
      var inventory = archive.inventory(claim);
      for (var timeline : inventory.timelines().values()) {
        var branch = new Branch(claim.id(), timeline.timeline());
        history(branch);
        holes(branch, timeline);
        if (depth == CheckDepth.READ_DATA) {
          readAll(branch, timeline);
        }
      }
    }
    return findings;
  }

  /** What was once written into the register must still be there. */
  private void registered() {
    for (var entry : repository.register().entries()) {
      boolean ours = entry.kind() == Register.Kind.WAL_GAP_DECLARED
          || entry.kind() == Register.Kind.INCARNATION_CLAIMED;
      if (ours && repository.records().find(entry.subject()).isEmpty()) {
        findings.add(new Finding(
            Severity.LOSS,
            entry.subject().name(),
            "it was registered and is not there: " + entry.fact(),
            "what belongs to it cannot be interpreted",
            "restore the object from a copy of the repository"));
      }
    }
  }

  private void history(Branch branch) {
    if (branch.timeline().id() > 1
        && archive.historyFile(branch.incarnation(), branch.timeline()).isEmpty()) {
      findings.add(new Finding(
          Severity.LOSS,
          WalNames.history(branch.incarnation(), branch.timeline()).name(),
          "the history of timeline " + branch.timeline() + " is missing",
          "no snapshot of an earlier timeline can be brought onto it",
          "aegis wal stream    (stores it again while the server has it)"));
    }
  }

  private void holes(Branch branch, TimelineInventory timeline) {
    for (var hole : new HoleSearch(archive, backups).holes(branch, timeline)) {
      boolean behindUs = hole.cause() == Cause.DECLARED && newerThan(hole);
      findings.add(new Finding(
          behindUs ? Severity.HARMLESS : Severity.LOSS,
          WalNames.wal(branch.incarnation(), branch.timeline()),
          "log is missing from " + hole.from() + " to " + hole.to() + ": " + hole.reason(),
          consequence(hole),
          behindUs ? "nothing is to be done: later snapshots do not need it" : NEW_SNAPSHOT));
    }
  }

  private boolean newerThan(Hole hole) {
    return backups.stream()
        .anyMatch(base -> base.incarnation().equals(hole.branch().incarnation())
            && !base.begin().isBefore(hole.to()));
  }

  private static String consequence(Hole hole) {
    var moments = "no moment in it can be recovered";
    return hole.affected().isEmpty()
        ? moments
        : moments + ", and none behind it from "
            + String.join(
                ", ", hole.affected().stream().map(b -> b.id().value()).toList());
  }

  private void readAll(Branch branch, TimelineInventory timeline) {
    timeline.ranges().forEach(range -> progress.expect(range.bytes()));
    for (var piece : timeline.pieces()) {
      guarded(piece.key().name(), () -> archive.verify(piece));
      progress.advance(piece.span().bytes());
    }
    for (var mark : timeline.marks()) {
      guarded(mark.name(), () -> repository.records().get(mark));
    }
    for (var name : timeline.summaries()) {
      guarded(name.key().name(), () -> summary(branch, name));
    }
    for (var range : timeline.ranges()) {
      guarded(WalNames.wal(branch.incarnation(), branch.timeline()), () -> scan(branch, range));
    }
  }

  /** A wrong summary would lead a target astray, so it is worked out again. */
  private void summary(Branch branch, WalNames.SummaryName name) {
    var draft = new SummaryDraft(name.span().from());
    LineageLog.of(archive, branch).scan(name.span(), Detail.TRANSACTIONS, draft::add);
    if (!draft.finish(name.span().to()).equals(archive.summary(name))) {
      findings.add(new Finding(
          Severity.AT_RISK,
          name.key().name(),
          "the summary is not that of the log",
          "a target near it could be resolved wrongly",
          "report this as a bug, with the output of 'aegis repo check --read-data --json'"));
    }
  }

  private void scan(Branch branch, LogSpan range) {
    var state = LineageLog.of(archive, branch).scan(range, Detail.TRANSACTIONS, _ -> {});
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

  private void guarded(String subject, Runnable read) {
    try {
      read.run();
    } catch (Damaged e) {
      findings.add(new Finding(
          Severity.LOSS,
          subject,
          e.report().headline(),
          "log in it cannot be replayed; other snapshots and moments are not affected",
          NEW_SNAPSHOT));
    }
  }
}
