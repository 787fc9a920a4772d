package io.aegis.postgres.snapshot;

import io.aegis.kernel.Progress;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.BaseBackups.Extent;
import io.aegis.postgres.BaseBackups.Method;
import io.aegis.postgres.BaseBackups.Options;
import io.aegis.postgres.BaseBackups.Outcome;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalDurability;
import io.aegis.postgres.control.ControlFile;
import io.aegis.postgres.control.ControlFile.PageChecksums;
import io.aegis.postgres.layout.DirectoryScan;
import io.aegis.postgres.layout.Listing;
import io.aegis.postgres.page.PageChecksum;
import io.aegis.postgres.page.PageRules;
import io.aegis.postgres.snapshot.BackupSession.Stopped;
import io.aegis.postgres.snapshot.PageSource.Judge;
import io.aegis.postgres.snapshot.ParallelCapture.Judging;
import io.aegis.repository.Changes;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.SnapshotWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One backup from its beginning to its end.
 *
 * <p>The order is what makes it a backup, and each step has its trap: the log is kept before the
 * starting checkpoint (T3); the directory shows that checkpoint before it is copied (T2); the
 * control file is copied after everything else (T14) and before the backup is closed; the label is
 * taken from closing it (T1); only when the log up to the end is durable does the snapshot come to
 * be. Whatever fails before leaves nothing that a reader sees.
 */
public final class SnapshotRun {
  private final BaseBackups backups;
  private final PostgresCluster cluster;
  private final WalDurability wal;
  private final Progress progress;
  private final PageFindings findings = new PageFindings();
  private final List<String> notices = new ArrayList<>();

  public SnapshotRun(
      BaseBackups backups, PostgresCluster cluster, WalDurability wal, Progress progress) {
    this.backups = backups;
    this.cluster = cluster;
    this.wal = wal;
    this.progress = progress;
  }

  /** Where the backup begins, as far as that is known once it is open. */
  private record Opening(
      Instant begun,
      Lsn begin,
      ControlFile control,
      WalDurability.Watch log,
      Optional<Baseline> base) {
    Timeline timeline() {
      return control.checkpoint().timeline();
    }
  }

  public Outcome run(Options options) throws InterruptedException {
    long started = backups.ports().time().nanos();
    PageChecksum.warmUp();
    cluster.requireReady();
    var base = baseline(options);
    try (var log = wal.begin();
        var session = BackupSession.open(cluster);
        var writer = backups.repository().begin(draft(options, base))) {
      var captured = session.guard(() -> {
        var opening = open(session, writer, log, base, options);
        requireLogArrives(session, opening);
        return capture(session, writer, opening, options);
      });
      var span = captured.facts().span();
      log.await(span.timeline(), span.begin(), span.end());
      reach("backup.log-durable");
      var summary = writer.commit(BackupFactsFormat.encode(captured.facts()));
      reach("backup.committed");
      var took = Duration.ofNanos(backups.ports().time().nanos() - started);
      return outcome(summary, captured, took);
    }
  }

  /** A backup that is closed; only its log may be missing. */
  private record Captured(BackupFacts facts, Method method, Tally tally) {}

  private Captured capture(
      BackupSession session, SnapshotWriter writer, Opening opening, Options options)
      throws InterruptedException {
    reach("backup.open");
    var listing = list(session);
    var plan = plan(session, opening, listing, options);
    progress.expect(plan.size());
    var capture = new ParallelCapture(writer, listing.places(), judging(opening), progress);
    capture.run(plan.captures(), options.workers(), session::requireAlive);
    reach("backup.copied");
    var closed =
        new SnapshotClosing(cluster, session, writer, notices).close(listing, capture.tally());
    reach("backup.closed");
    var facts = facts(session, opening, listing, closed);
    return new Captured(facts, plan.method(), capture.tally());
  }

  private void reach(String milestone) {
    backups.ports().milestones().reach(milestone);
  }

  private Optional<Baseline> baseline(Options options) {
    return switch (options.extent()) {
      case EVERYTHING -> Optional.empty();
      case INCREMENTAL ->
        Baseline.newestOf(
            backups.repository(), backups.repository().snapshots(backups.component()));
    };
  }

  /** A taken snapshot comes before an unfinished one: only of it is known where it begins. */
  private SnapshotDraft draft(Options options, Optional<Baseline> base) {
    var bases = new ArrayList<SnapshotId>();
    if (options.extent() == Extent.INCREMENTAL) {
      base.ifPresent(baseline -> bases.add(baseline.summary().id()));
      backups.repository().unfinished(backups.component()).ifPresent(bases::add);
    }
    return new SnapshotDraft(backups.component(), bases);
  }

  private Opening open(
      BackupSession session,
      SnapshotWriter writer,
      WalDurability.Watch log,
      Optional<Baseline> base,
      Options options)
      throws InterruptedException {
    var identity = new SourceIdentity(cluster, session.facts());
    identity.requireServed();
    backups.requireCluster(session.facts().system());
    var begun = session.now();
    var begin = session.start("aegis " + writer.id(), options.checkpoint());
    return new Opening(begun, begin, identity.requireShows(begin), log, base);
  }

  /** Trap T3: better now than after hours of copying. */
  private static void requireLogArrives(BackupSession session, Opening opening)
      throws InterruptedException {
    opening.log().await(opening.timeline(), opening.begin(), session.flushed(opening.begin()));
  }

  private Listing list(BackupSession session) {
    var facts = session.facts();
    var listing = DirectoryScan.list(
        cluster.dataDirectory(), "PG_" + facts.major() + "_" + facts.catalogVersion());
    notices.addAll(listing.notices());
    return listing;
  }

  private CapturePlan plan(BackupSession session, Opening opening, Listing listing, Options options)
      throws InterruptedException {
    if (options.extent() == Extent.EVERYTHING) {
      return CapturePlan.uniform(Method.FULL, new Changes.Everything(), listing);
    }
    if (opening.base().isEmpty()) {
      return CapturePlan.uniform(Method.FULL, new Changes.Unknown(), listing);
    }
    var base = opening.base().get();
    var changed = changes(session, opening, base);
    if (changed.isEmpty()) {
      return CapturePlan.uniform(Method.COMPARED, new Changes.Unknown(), listing);
    }
    var rereading = Rereading.between(base.facts().span().begun(), opening.begun());
    return CapturePlan.since(base, changed.get(), rereading, listing);
  }

  private Optional<ChangedPages> changes(BackupSession session, Opening opening, Baseline base)
      throws InterruptedException {
    var control = opening.control();
    var timeline = opening.timeline();
    var distrust = base.whyNotTrusted(session.facts(), opening.begin(), control)
        .or(() -> base.whyNotConnected(opening.log(), opening.begin()));
    if (distrust.isPresent()) {
      notices.add(distrust.get() + ": everything was read and compared");
      return Optional.empty();
    }
    if (session.facts().major() < 17 || control.geometry().pageSize() != Changes.PAGE) {
      return Optional.empty();
    }
    var span = new WalSummaries.Stretch(timeline, base.facts().span().begin(), opening.begin());
    var changed = new WalSummaries(session.sql(), backups.ports().time())
        .changes(span, control.geometry().segmentPages());
    if (changed.isEmpty()) {
      notices.add("the log's summaries do not reach back to the earlier snapshot (summarize_wal,"
          + " wal_summary_keep_time): everything was read and compared");
    }
    return changed;
  }

  private Judging judging(Opening opening) {
    var control = opening.control();
    if (control.checksums() == PageChecksums.OFF) {
      return new Judging.Nothing();
    }
    var rules = new PageRules(control.geometry().pageSize(), opening.begin());
    return new Judging.Pages(
        new Judge(rules, findings, backups.ports().time()), control.geometry().segmentPages());
  }

  private BackupFacts facts(
      BackupSession session, Opening opening, Listing listing, SnapshotClosing.Closed closed) {
    var server = session.facts();
    Stopped stopped = closed.stopped();
    var control = opening.control();
    return new BackupFacts(
        new BackupFacts.Span(
            server.system(),
            server.incarnation(),
            stopped.timeline(),
            opening.begin(),
            stopped.end(),
            opening.begun(),
            stopped.at()),
        new BackupFacts.Server(
            server.version(),
            server.catalogVersion(),
            control.geometry(),
            control.checksums(),
            control.parameters()),
        stopped.label(),
        listing.tablespaces(),
        closed.surroundings(),
        findings.conclude(session.endOfLog(stopped.end())));
  }

  private Outcome outcome(SnapshotSummary summary, Captured captured, Duration took) {
    var tally = captured.tally();
    if (tally.vanishedFiles() > 0) {
      notices.add(tally.vanishedFiles() + " files were dropped while they were being captured");
    }
    return new Outcome(
        captured.facts().asBaseBackup(summary.id()),
        captured.method(),
        summary.files(),
        tally.size(),
        tally.read(),
        tally.stored(),
        took,
        captured.facts().corrupt().count(),
        captured.facts().corrupt().first(),
        notices);
  }
}
