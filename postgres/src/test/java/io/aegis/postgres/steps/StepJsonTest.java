package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.restore.Goal;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Local;
import io.aegis.postgres.steps.PostgresStep.LogToReplay;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.verify.Invariant;
import io.aegis.postgres.verify.SmokeTest;
import io.aegis.recovery.StepType.Codec;
import io.aegis.repository.SnapshotId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepJsonTest {
  private static final Job JOB = new Job(
      new SnapshotId("20261123T140451Z-7f3a9c12"),
      new Goal(
          Path.of("/srv/pg/shop"),
          Map.of(16400L, Path.of("/srv/pg/side"), 16401L, Path.of("/srv/pg/o'brien")),
          new Incarnation("0123456789abcdef"),
          Lsn.parse("2/8E90F8"),
          Stop.BEFORE,
          new Timeline(3),
          "postgres",
          List.of(Path.of("/srv/pg/live"), Path.of("/srv/aegis"))),
      new LogToReplay(
          new Incarnation("root-7"), Lsn.parse("2/28"), Lsn.parse("2/8E90F8"), 9_338_064),
      new Local(Path.of("/usr/lib/pg/bin"), Path.of("/tmp"), "postgres", "shop", 2));
  private static final OldPrimary.Here PRIMARY = new OldPrimary.Here(
      new MachineName("3d1219c7c4c5404a/db-1"), Path.of("/srv/pg/old"), "db-1", 5432);

  private static <S> void survives(Codec<S> codec, S step) {
    var text = codec.encode(step).compact();
    assertThat(codec.decode(Json.parseObject(text))).isEqualTo(step);
  }

  @Test
  void every_payload_is_read_back_as_it_was_written() {
    survives(StepJson.FENCE, new PostgresStep.FenceSource(PRIMARY));
    survives(StepJson.PREFLIGHT, new PostgresStep.Preflight(JOB));
    survives(StepJson.RESTORE, new PostgresStep.RestoreBase(JOB));
    survives(StepJson.REPLAY, new PostgresStep.Replay(JOB));
    survives(
        StepJson.VERIFY,
        new PostgresStep.Verify(
            JOB,
            List.of(new Invariant("no debts", "shop", "SELECT 'a \"b\"'", "")),
            Duration.ofSeconds(30)));
    survives(StepJson.PROMOTE, new PostgresStep.Promote(JOB, PRIMARY));
    survives(
        StepJson.PROMOTE, new PostgresStep.Promote(JOB, new OldPrimary.Elsewhere("db-1", 5432)));
    survives(
        StepJson.SMOKE,
        new PostgresStep.Smoke(
            JOB, new SmokeTest("./smoke.sh", Path.of("/srv/shop"), Duration.ofMinutes(5))));
    survives(StepJson.OPEN, new PostgresStep.Open(JOB, PRIMARY));
  }
}
