package io.aegis.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Moments.Survey;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.RestorableWindow.Hole;
import io.aegis.repository.SnapshotId;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SurveyTest {
  private static final Timeline ONE = new Timeline(1);
  private static final Incarnation LIFE = new Incarnation("root-7");
  private static final Incarnation HEIR = new Incarnation("heir");

  private static BaseBackup base(int day, Incarnation life, String begin) {
    var at = Instant.parse("2026-11-0" + day + "T00:00:00Z");
    var lsn = Lsn.parse(begin);
    return new BaseBackup(
        new SnapshotId("2026110" + day + "T000000Z-7f3a9c12"),
        new SystemIdentifier(7),
        life,
        ONE,
        lsn,
        lsn.plus(100),
        at,
        at);
  }

  private static List<Hole> open(Hole hole, BaseBackup... snapshots) {
    var window = new RestorableWindow(List.of(), List.of(hole));
    return new Survey(List.of(snapshots), List.of(), window, List.of()).openHoles();
  }

  // Red when: Survey.openHoles counts every hole: one that was left behind for years then hides
  // each new outage from whoever asks for nothing but the exit code.
  @Test
  void a_hole_is_passed_once_a_snapshot_lies_behind_it() {
    var before = base(1, LIFE, "0/1000000");
    var hole = new Hole(
        new Branch(LIFE, ONE),
        Lsn.parse("0/2000000"),
        Lsn.parse("0/3000000"),
        Cause.DECLARED,
        "it was removed",
        List.of(before));
    assertThat(open(hole)).containsExactly(hole);
    assertThat(open(hole, before)).containsExactly(hole);
    assertThat(open(hole, before, base(2, LIFE, "0/2800000"))).containsExactly(hole);
    assertThat(open(hole, before, base(2, LIFE, "0/3000000"))).isEmpty();
    assertThat(open(hole, before, base(2, HEIR, "0/1800000"))).isEmpty();
    assertThat(open(hole, base(1, HEIR, "0/1000000"), base(2, LIFE, "0/1000000")))
        .containsExactly(hole);
  }
}
