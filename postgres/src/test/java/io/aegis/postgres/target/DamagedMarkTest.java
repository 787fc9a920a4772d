package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Report;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments.Among;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Target;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.storage.Body;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The newest mark cannot be read (rule R12). */
class DamagedMarkTest {
  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private BaseBackup base;
  private Lsn kept;

  @BeforeEach
  void a_backup_a_commit_and_a_mark() {
    var begin = wal.filler(100);
    wal.backupEnd(begin);
    base = fixture.base(begin, wal.end());
    wal.commit(10, NOON.plusSeconds(2));
    kept = wal.end();
    fixture.store(wal, kept);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void mark(Timeline timeline, Instant asOf) {
    mark(fixture.filing, timeline, asOf);
  }

  private void mark(WalFiling filing, Timeline timeline, Instant asOf) {
    filing.mark(timeline, new DurableMark(wal.end(), wal.end(), asOf, asOf, new Edge.Nothing()));
  }

  private void spoilNewest(Timeline timeline) {
    var name = fixture.inventory().timeline(timeline).marks().getLast();
    var content = fixture.store().find(name).orElseThrow();
    content[content.length / 2] ^= 1;
    fixture.store().delete(name);
    fixture.store().putIfAbsent(name, Body.of(content));
  }

  private Branches branches() {
    return new Branches(
        fixture.archive, fixture.repository.register(), List.of(base), SeveralLives.NOBODY_ELSE);
  }

  // Red when: WalArchive.marks lets the damage of the newest through, as it did.
  @Test
  void the_log_that_its_name_promises_is_there_and_every_moment_is_recovered_with_a_warning() {
    wal.commit(11, NOON.plusSeconds(3));
    fixture.part(wal, kept, wal.end());
    mark(ONE, NOON.plusSeconds(4));
    spoilNewest(ONE);

    assertThat(branches().resolve(new Target.Latest()))
        .isInstanceOfSatisfying(
            Resolution.Present.class,
            present -> assertThat(present.plan().replayEnd()).isEqualTo(wal.end()));
    assertThat(new WindowSurvey(branches()).window().spans()).hasSize(1);
    assertThat(branches().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning).contains("durable/", "reaches it"));
  }

  // Red when: latest() does not ask the name of a mark that cannot be read.
  @Test
  void the_log_ends_before_its_name_and_only_moments_before_that_are_recovered() {
    wal.commit(11, NOON.plusSeconds(3));
    mark(ONE, NOON.plusSeconds(4));
    spoilNewest(ONE);

    assertThat(branches().resolve(new Target.Latest())).isInstanceOf(Resolution.NoData.class);
    assertThat(branches().resolve(new Target.AtTransaction(10)))
        .isInstanceOf(Resolution.Present.class);
  }

  // Red when: Branches.resolve does not require a certain order.
  @Test
  void which_branch_is_the_newest_is_never_told_by_a_name_alone() {
    var two = new Timeline(2);
    var history = "1\t" + kept + "\tno recovery target specified\n";
    var filing = new WalFiling(fixture.repository, fixture.claim, Milestones.UNWATCHED);
    filing.history(two, history.getBytes(UTF_8));
    filing.part(two, new LogSpan(BEGIN, kept), wal.bytes(BEGIN, kept));
    wal.commit(11, NOON.plusSeconds(8)); // of which the name of the mark tells, and nothing else
    mark(filing, two, NOON.plusSeconds(9));
    assertThat(branches().newestFirst().getFirst().branch().timeline()).isEqualTo(two);
    spoilNewest(two);

    assertThatThrownBy(() -> branches().resolve(new Target.Latest())).isInstanceOf(Damaged.class);
    // Red when: Branches.resolve asks for that only where nothing is chosen.
    var byNumber = new Among(Optional.empty(), Optional.of(two));
    assertThatThrownBy(() -> branches().resolve(new Target.Latest(), byNumber))
        .isInstanceOf(Damaged.class);
    var byName = new Among(Optional.of(fixture.claim.id()), Optional.of(two));
    assertThat(branches().resolve(new Target.AtTransaction(10), byName))
        .isInstanceOf(Resolution.Present.class);
  }

  // Red when: Witnesses.isSurelyNewer goes by an older mark of the same life, as it did.
  @Test
  void the_latest_moment_is_refused_where_what_cannot_be_read_may_be_of_the_newer_life() {
    mark(ONE, NOON.plusSeconds(3));
    var life = new Incarnations(fixture.repository, new VirtualTime(NOON.plusSeconds(20)))
        .of(new Incarnation("alone"), fixture.claim.system(), SIZE);
    var filing = new WalFiling(fixture.repository, life, Milestones.UNWATCHED);
    filing.part(ONE, new LogSpan(BEGIN, kept), wal.bytes(BEGIN, kept));
    mark(filing, ONE, NOON.plusSeconds(22));
    assertThat(branches().whyLatestIsRefused().map(Report::what).orElse(""))
        .isEqualTo("no snapshot leads to the newest log, of timeline 1 of incarnation alone");

    wal.commit(11, NOON.plusSeconds(30));
    mark(ONE, NOON.plusSeconds(31));
    spoilNewest(ONE);

    assertThatThrownBy(() -> branches().resolve(new Target.Latest()))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.report().why()).contains("mark cannot be read"));
  }
}
