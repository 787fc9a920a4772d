package io.aegis.postgres.loss;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.restore.Goal;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Local;
import io.aegis.postgres.steps.PostgresStep.LogToReplay;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.SnapshotId;
import io.aegis.storage.Body;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A standby was promoted, and the old primary is streamed, too. */
class CostsTest {
  private static final Timeline TWO = new Timeline(2);

  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal one =
      new MadeUpWal(ArchiveFixture.SIZE, ArchiveFixture.ONE, ArchiveFixture.BEGIN);

  @AfterEach
  void close() {
    fixture.close();
  }

  private void store(Timeline timeline, MadeUpWal log, Edge last) {
    var span = new LogSpan(ArchiveFixture.BEGIN, log.end());
    fixture.filing.part(timeline, span, log.bytes(ArchiveFixture.BEGIN, log.end()));
    var noon = ArchiveFixture.NOON;
    fixture.filing.mark(timeline, new DurableMark(log.end(), log.end(), noon, noon, last));
  }

  private static Edge commit(MadeUpWal log, long xid) {
    var start = log.commit(xid, ArchiveFixture.NOON);
    return new Edge.Commit(start, log.end(), ArchiveFixture.NOON, xid);
  }

  private List<String> costs(Timeline timeline, Lsn end) {
    var goal = new Goal(
        Path.of("/srv/pg/shop"),
        Map.of(),
        new Incarnation("0123456789abcdef"),
        end,
        Stop.BEFORE,
        timeline,
        "",
        List.of());
    var job = new Job(
        new SnapshotId("20261123T140451Z-7f3a9c12"),
        goal,
        new LogToReplay(fixture.claim.id(), ArchiveFixture.BEGIN, end, 1000),
        new Local(Path.of("/usr/lib/pg/bin"), Path.of("/tmp"), "postgres", "shop", 2));
    return Costs.of(fixture.repository, job, new OldPrimary.Elsewhere("db-1", 5432));
  }

  // Red when: Costs looks at the timeline that is recovered alone.
  @Test
  void what_another_timeline_of_the_same_life_committed_is_said_and_how_to_have_it() {
    var shared = commit(one, 10);
    var fork = one.end();
    var two = one.fork(TWO);
    fixture.filing.history(TWO, ("1\t" + fork + "\tno recovery target\n").getBytes(UTF_8));
    var promoted = commit(two, 11);
    store(TWO, two, promoted);
    store(ArchiveFixture.ONE, one, shared);
    assertThat(costs(TWO, two.end())).isEmpty();

    store(ArchiveFixture.ONE, one, commit(one, 12));
    assertThat(costs(TWO, two.end()))
        .singleElement()
        .asString()
        .contains("timeline 1 has durable work up to transaction 12", "--timeline 1");
    assertThat(costs(ArchiveFixture.ONE, fork))
        .anyMatch(cost -> cost.contains("timeline 2 has durable work up to transaction 11"));
  }

  // Red when: LastCommit does not look into the log where the mark knows of no commit.
  @Test
  void work_behind_the_moment_is_told_where_the_newest_mark_knows_of_no_commit() {
    commit(one, 10);
    var moment = one.end();
    commit(one, 11);
    store(ArchiveFixture.ONE, one, new Edge.Nothing());

    assertThat(costs(ArchiveFixture.ONE, moment))
        .singleElement()
        .asString()
        .contains("work up to transaction 11");
    assertThat(costs(ArchiveFixture.ONE, one.end())).isEmpty();

    var part = fixture.timeline().pieces().getLast().key();
    var content = fixture.store().find(part).orElseThrow();
    content[content.length / 2] ^= 1;
    fixture.store().delete(part);
    fixture.store().putIfAbsent(part, Body.of(content));
    assertThat(costs(ArchiveFixture.ONE, moment))
        .singleElement()
        .asString()
        .contains("whether timeline 1 of incarnation", "cannot be told");
  }

  // Red when: Costs ends with what it cannot read of a timeline that the recovery does not need.
  @Test
  void a_damaged_history_beside_refuses_nothing_and_is_told() {
    var shared = commit(one, 10);
    store(ArchiveFixture.ONE, one, shared);
    var two = one.fork(TWO);
    fixture.filing.history(TWO, "no history\n".getBytes(UTF_8));
    store(TWO, two, commit(two, 11));

    assertThat(costs(ArchiveFixture.ONE, one.end()))
        .singleElement()
        .asString()
        .contains("whether timeline 2 has durable work", "cannot be told");
  }
}
