package io.aegis.cli.point;

import io.aegis.app.Configuration.Essentials;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.Page;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Moments.Survey;
import io.aegis.postgres.RestorableWindow;
import io.aegis.recovery.Evidence.Proven;
import io.aegis.recovery.ExecutionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is protected, as {@code aegis status} shows it.
 *
 * @param unended recoveries that have not ended
 * @param now by this machine's clock
 */
record StatusPage(
    Essentials essentials,
    Survey survey,
    List<String> warnings,
    Grades grades,
    List<ExecutionId> unended,
    Instant now)
    implements Answer {
  /** How far the clocks of two machines may be apart without a word. */
  private static final Duration SKEW = Duration.ofSeconds(5);

  private List<BaseBackup> snapshots() {
    return survey.snapshots();
  }

  private RestorableWindow window() {
    return survey.window();
  }

  private Optional<Instant> recoverableTo() {
    return window().knownUntil();
  }

  /** Nothing can be said of it where the last moment lies ahead of now. */
  private Optional<Duration> rpoNow() {
    return recoverableTo()
        .filter(to -> !isAhead(to))
        .map(to -> to.isAfter(now) ? Duration.ZERO : Duration.between(to, now));
  }

  private boolean isAhead(Instant moment) {
    return moment.isAfter(now.plus(SKEW));
  }

  /** A clock that was set hides how much was lost since. */
  private Optional<String> clockFault() {
    return recoverableTo()
        .filter(this::isAhead)
        .map(to -> "the last moment, " + to + ", lies " + HumanTime.of(Duration.between(now, to))
            + " ahead of this machine's clock: one of the clocks was set, the server's or this"
            + " one; whether log is missing since cannot be told");
  }

  /** Whatever is recoverable may be of a life that was left, and so be far behind. */
  private Optional<String> refusal() {
    return survey.latestRefused().map(Report::headline);
  }

  boolean isMissed() {
    return !survey.openHoles().isEmpty()
        || survey.latestRefused().isPresent()
        || rpoNow()
            .filter(rpo -> rpo.compareTo(essentials.objectives().rpo()) <= 0)
            .isEmpty();
  }

  @Override
  public String kind() {
    return "Status";
  }

  @Override
  public Json.Obj json() {
    return Json.object()
        .with("application", essentials.application().name())
        .with("component", essentials.component().value())
        .with("recoverableTo", recoverableTo().map(StatusPage::text).orElseGet(Json.Null::new))
        .with("rpoNowMillis", rpoNow().map(StatusPage::millis).orElseGet(Json.Null::new))
        .with("rpoObjectiveMillis", essentials.objectives().rpo().toMillis())
        .with("provenAt", proven().map(p -> text(p.when())).orElseGet(Json.Null::new))
        .with(
            "provenBy",
            proven().<Json>map(p -> new Json.Str(p.execution().value())).orElseGet(Json.Null::new))
        .with(
            "rtoProvenMillis",
            proven().flatMap(Proven::took).map(StatusPage::millis).orElseGet(Json.Null::new))
        .with("rtoObjectiveMillis", essentials.objectives().rto().toMillis())
        .with("snapshots", snapshots().size())
        .with(
            "holes", Json.array(window().holes().stream().map(MomentWords::json).toList()))
        .with("openHoles", survey.openHoles().size())
        .with("latestRefused", refusal().<Json>map(Json.Str::new).orElseGet(Json.Null::new))
        .with("unended", Json.texts(unended.stream().map(ExecutionId::value).toList()))
        .with("objectiveMissed", isMissed())
        .with("clockFault", clockFault().<Json>map(Json.Str::new).orElseGet(Json.Null::new))
        .with("warnings", Json.texts(warnings));
  }

  private Optional<Proven> proven() {
    return grades.lastVerified(snapshots());
  }

  private String provenWords(Page page) {
    return proven()
        .map(proven -> page.time().ago(proven.when()) + " by " + proven.execution()
            + proven.took().map(took -> " in " + HumanTime.of(took)).orElse(""))
        .orElseGet(() -> grades
            .lastRestored(snapshots())
            .map(_ -> "not verified, only restored")
            .orElse("not measured"));
  }

  private static Json text(Instant moment) {
    return new Json.Str(moment.toString());
  }

  private static Json millis(Duration duration) {
    return Json.number(duration.toMillis());
  }

  /** What is warned of changes no objective, and no exit code. */
  private String headline() {
    if (isMissed()) {
      return "needs attention";
    }
    return warnings.isEmpty() ? "in order" : "in order, with warnings";
  }

  @Override
  public void print(Page page) {
    page.line("Protection: " + headline()).blank();
    var goal = HumanTime.of(essentials.objectives().rpo());
    var to = recoverableTo();
    page.table(new Table("COMPONENT", "RECOVERABLE TO", "RPO NOW/GOAL", "SNAPSHOTS", "PROVEN")
        .row(
            essentials.component().value(),
            to.map(moment -> page.time().full(moment) + " (" + page.time().ago(moment) + ")")
                .orElse("nothing yet"),
            rpoNow().map(HumanTime::of).orElse("–") + " / " + goal
                + (isMissed() ? "  MISS" : "  ok"),
            Integer.toString(snapshots().size()),
            provenWords(page)));
    if (proven().isEmpty()) {
      grades.explainUnverified(snapshots(), page);
    }
    faults(page);
    next(page);
  }

  /** What keeps a moment, or everybody, from being recovered. */
  private void faults(Page page) {
    var open = survey.openHoles();
    open.forEach(hole ->
        page.line("! " + hole.headline() + ": " + hole.reason() + "; next: aegis wal gaps"));
    int passed = window().holes().size() - open.size();
    if (passed > 0) {
      page.line(passed + " older gaps in the log, each with a snapshot behind it: aegis wal gaps");
    }
    survey.latestRefused().ifPresent(why -> {
      page.line("! the latest moment would be refused: " + why.headline());
      why.next().forEach(next -> page.line("  next: " + next));
    });
    unended.forEach(id -> page.line("! recovery " + id + " has not ended; what it waits for, and"
        + " how to go on: aegis execution show " + id));
    clockFault().ifPresent(fault -> page.line("! " + fault));
  }

  private void next(Page page) {
    if (snapshots().isEmpty()) {
      page.blank();
      if (survey.lost().isEmpty()) {
        page.line("next: aegis wal stream   (where it does not run yet; it stays running)");
        page.line("      aegis backup");
      } else {
        page.line("next: aegis repo check");
      }
    } else if (clockFault().isPresent()) {
      page.blank()
          .line("next: set the clocks of the server and of this machine, then aegis wal status");
    } else if (isMissed() && survey.openHoles().isEmpty() && refusal().isEmpty()) {
      page.blank().line("next: aegis wal stream   (nothing newer has arrived)");
    }
  }
}
