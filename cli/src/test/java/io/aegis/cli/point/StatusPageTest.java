package io.aegis.cli.point;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.app.Configuration.Essentials;
import io.aegis.app.Configuration.Identity;
import io.aegis.app.Configuration.KeySource;
import io.aegis.app.Configuration.Objectives;
import io.aegis.app.Configuration.Place;
import io.aegis.app.Configuration.RepositorySettings;
import io.aegis.cli.Cli;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments.Survey;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.RestorableWindow;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Span;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.recovery.ExecutionId;
import io.aegis.repository.ComponentName;
import io.aegis.repository.SnapshotId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusPageTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant JUST_NOW = NOW.minusSeconds(1);
  private static final Incarnation LIFE = new Incarnation("root-4711");
  private static final Timeline ONE = new Timeline(1);

  private static StatusPage status(Optional<Report> latestRefused, ExecutionId... unended) {
    var base = new BaseBackup(
        new SnapshotId("20261123T110000Z-00000000"),
        new SystemIdentifier(4711),
        LIFE,
        ONE,
        new Lsn(0x1000),
        new Lsn(0x2000),
        JUST_NOW,
        JUST_NOW);
    var window =
        new RestorableWindow(List.of(new Span.Point(new Branch(LIFE, ONE), base)), List.of());
    var survey = new Survey(List.of(base), List.of(), window, List.of(), latestRefused, List.of());
    var essentials = new Essentials(
        new Identity("shop", "production"),
        new Objectives(Duration.ofHours(1), Duration.ofMinutes(5)),
        new RepositorySettings(new Place.Directory(Path.of("/store")), new KeySource.Typed()),
        new ComponentName("shop-db"),
        Optional.empty());
    return new StatusPage(
        essentials, survey, List.of(), new Grades(Map.of()), List.of(unended), NOW);
  }

  private static String shown(StatusPage status) {
    return new Cli(Path.of("/nowhere"))
        .capture(session -> {
          session.show(status);
          return 0;
        })
        .out();
  }

  @Test
  void what_is_recoverable_to_just_now_is_in_order() {
    var status = status(Optional.empty());

    assertThat(status.isMissed()).isFalse();
    assertThat(shown(status)).contains("Protection: in order", "ok").doesNotContain("next:");
  }

  // Red when: StatusPage.print leaves it out: until it is resumed or cancelled, no other can begin.
  @Test
  void a_recovery_that_has_not_ended_is_named() {
    var status = status(Optional.empty(), new ExecutionId("rec-b181ba55"));

    assertThat(shown(status)).contains("! recovery rec-b181ba55 has not ended", "execution show");
    assertThat(status.json().compact()).contains("\"unended\":[\"rec-b181ba55\"]");
  }

  // Red when: StatusPage.isMissed does not ask whether the latest moment would be refused: what is
  // shown as recoverable may be the end of a life that was left.
  @Test
  void protection_is_not_in_order_where_nobody_can_say_which_moment_is_the_latest() {
    var why = Report.of(PostgresCode.TARGET_AMBIGUOUS, "which of two lives is newer is not known")
        .next("aegis plan --to latest --incarnation root-4711");

    var status = status(Optional.of(why));

    assertThat(status.isMissed()).isTrue();
    assertThat(shown(status))
        .contains(
            "Protection: needs attention",
            "MISS",
            "! the latest moment would be refused: AEG-2103: which of two lives is newer",
            "next: aegis plan --to latest --incarnation root-4711")
        .doesNotContain("nothing newer has arrived");
    assertThat(status.json().compact()).contains("\"latestRefused\":\"AEG-2103");
  }
}
