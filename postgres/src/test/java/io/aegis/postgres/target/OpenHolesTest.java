package io.aegis.postgres.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Cause;
import io.aegis.postgres.RestorableWindow.Hole;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.repository.SnapshotId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpenHolesTest {
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

  private static boolean isOpen(Hole hole, List<Branch> newestFirst, BaseBackup... snapshots) {
    return Stream.of(snapshots).noneMatch(base -> WindowSurvey.liesBehind(base, hole, newestFirst));
  }

  // Red when: WindowSurvey.liesBehind knows no snapshot: a hole that was left behind for years then
  // hides each new outage from whoever asks for nothing but the exit code; or it takes a snapshot
  // of
  // an older branch for one behind: an old primary that is still backed up then hides the hole.
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
    var alone = List.of(new Branch(LIFE, ONE));
    assertThat(isOpen(hole, alone)).isTrue();
    assertThat(isOpen(hole, alone, before)).isTrue();
    assertThat(isOpen(hole, alone, before, base(2, LIFE, "0/2800000"))).isTrue();
    assertThat(isOpen(hole, alone, before, base(2, LIFE, "0/3000000"))).isFalse();
    var heirLeads = List.of(new Branch(HEIR, ONE), new Branch(LIFE, ONE));
    var lifeLeads = heirLeads.reversed();
    var heirs = base(2, HEIR, "0/1800000");
    assertThat(isOpen(hole, heirLeads, before, heirs)).isFalse();
    assertThat(isOpen(hole, lifeLeads, before, heirs)).isTrue();
  }
}
