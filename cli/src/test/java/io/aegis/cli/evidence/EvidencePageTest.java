package io.aegis.cli.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.kernel.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidencePageTest {
  private static Json.Obj bundle(String... notMeasured) {
    return Json.object()
        .with(
            "identity",
            Json.object()
                .with("execution", "rec-7f3a91c2")
                .with("state", "COMPLETED")
                .with("application", "shop")
                .with("environment", "prod")
                .with("scenario", "database loss")
                .with("declared", "2026-11-23T12:58:00Z"))
        .with("objectives", Json.object())
        .with(
            "proof",
            Json.object()
                .with("data", Json.array(List.of()))
                .with("service", Json.array(List.of())))
        .with("deviations", Json.array(List.of()))
        .with("notMeasured", Json.texts(List.of(notMeasured)))
        .with("integrity", Json.object().with("headHash", "00"));
  }

  // Red when: EvidencePage.notMeasured prints what it finds, line by line.
  @Test
  void steps_of_which_nothing_was_known_beforehand_are_one_line_behind_what_matters() {
    var shown = new Cli(Path.of("/nowhere")).capture(session -> {
      session.show(new EvidencePage(bundle(
          "step 'preflight': nothing was known beforehand of how long it takes",
          "what was lost: no step reported it",
          "step 'open': nothing was known beforehand of how long it takes")));
      return 0;
    });

    assertThat(shown.out().lines().filter(line -> line.contains("not measured:")))
        .containsExactly(
            "! not measured: what was lost: no step reported it",
            "! not measured: nothing was known beforehand of how long it takes: preflight, open");
  }
}
