package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Target;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.SnapshotId;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What would show that another branch is newer was deleted (rule R12). */
class LostBranchTest {
  private static final Timeline TWO = new Timeline(2);
  private static final Target LATEST = new Target.Latest();

  private final ArchiveFixture fixture = new ArchiveFixture();
  private final Incarnations incarnations =
      new Incarnations(fixture.repository, TimeSource.system());
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

  private IncarnationClaim fork() {
    return incarnations.claimFork(
        new Incarnation("fork-1"), fixture.claim, new Origin.Fork(fixture.claim.id(), ONE, kept));
  }

  private void store(IncarnationClaim fork, boolean marked) {
    var filing = new WalFiling(fixture.repository, fork, Milestones.UNWATCHED);
    var history = "1\t" + kept + "\tno recovery target specified\n";
    filing.history(TWO, history.getBytes(UTF_8));
    var log = wal.fork(TWO);
    if (marked) {
      log.commit(20, NOON.plusSeconds(8));
    }
    filing.part(TWO, new LogSpan(BEGIN, log.end()), log.bytes(BEGIN, log.end()));
    if (marked) {
      var asOf = NOON.plusSeconds(9);
      filing.mark(TWO, new DurableMark(log.end(), log.end(), asOf, asOf, new Edge.Nothing()));
    }
  }

  /** Both objects that say so, the first one first. */
  private List<ObjectKey> keys(IncarnationClaim claim) {
    var name = "incarnations/" + claim.id();
    return List.of(new ObjectKey(name), new ObjectKey("copies/" + name));
  }

  private void spoil(ObjectKey key) {
    var content = fixture.store().find(key).orElseThrow();
    content[content.length / 2] ^= 1;
    fixture.store().delete(key);
    fixture.store().putIfAbsent(key, Body.of(content));
  }

  private Branches branches(BaseBackup... more) {
    var bases = new ArrayList<>(List.of(more));
    bases.add(base);
    return new Branches(
        fixture.archive, fixture.repository.register(), bases, SeveralLives.NOBODY_ELSE);
  }

  // Red when: Branches.resolve does not ask for lost claims, as it did not.
  @Test
  void the_latest_moment_is_refused_while_a_registered_life_of_the_cluster_is_not_there() {
    var fork = fork();
    store(fork, true);
    assertThat(branches().newestFirst().getFirst().branch().timeline()).isEqualTo(TWO);
    keys(fork).forEach(fixture.store()::delete);

    assertThatThrownBy(() -> branches().resolve(LATEST))
        .isInstanceOf(Damaged.class)
        .hasMessageContaining("fork-1");
    assertThat(branches().resolve(new Target.AtTransaction(10)))
        .isInstanceOf(Resolution.Present.class);
    assertThat(branches().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning).contains("fork-1", "registered"));
  }

  // Red when: LostClaims does not compare what the register says of the cluster.
  @Test
  void the_lost_claim_of_another_cluster_is_nothing_to_this_one() {
    var other = new SystemIdentifier(4712);
    var claim = incarnations.of(Incarnation.rootOf(other), other, SIZE);
    keys(claim).forEach(fixture.store()::delete);

    assertThat(branches().resolve(LATEST)).isInstanceOf(Resolution.Present.class);
    assertThat(branches().warnings()).isEmpty();
  }

  // Red when: WalArchive.claim does not look for the other object, or claimed() does not list it.
  @Test
  void one_of_the_two_objects_of_a_claim_is_enough_for_every_target() {
    var fork = fork();
    store(fork, true);
    for (var key : keys(fork)) {
      spoil(key);
      assertLatestIsOn(TWO);
      fixture.store().delete(key);
      assertLatestIsOn(TWO);
      assertThat(fork()).isEqualTo(fork);
      assertThat(fixture.store().find(key)).as("written again").isPresent();
    }
  }

  // Red when: Lineage.ownerOf, or LineageLog.inventory, cannot do without the claim of a parent.
  @Test
  void
      the_lost_claim_of_the_life_that_was_left_takes_nothing_from_its_heir_but_the_latest_moment() {
    store(fork(), true);
    keys(fixture.claim).forEach(fixture.store()::delete);

    assertThat(branches().resolve(new Target.AtTransaction(10)))
        .isInstanceOf(Resolution.Present.class);
    assertThat(branches().resolve(new Target.AtTransaction(20)))
        .isInstanceOf(Resolution.Present.class);
    assertThatThrownBy(() -> branches().resolve(LATEST)).isInstanceOf(Damaged.class);
    assertThat(branches().warnings())
        .anyMatch(warning -> warning.contains(fixture.claim.id().value()));
  }

  // Red when: Incarnations.of writes again only what belongs to the life that streams.
  @Test
  void whoever_streams_writes_again_what_is_missing_of_the_claims_of_other_lives() {
    for (var key : keys(fork())) {
      fixture.store().delete(key);
      incarnations.of(fixture.claim.id(), fixture.claim.system(), SIZE);
      assertThat(fixture.store().find(key)).isPresent();
    }
  }

  private void assertLatestIsOn(Timeline timeline) {
    assertThat(branches().resolve(LATEST)).isInstanceOf(Resolution.Present.class);
    assertThat(branches().newestFirst().getFirst().branch().timeline()).isEqualTo(timeline);
    assertThat(branches().warnings()).isEmpty();
  }

  // Red when: Certainty.ofOrder does not ask for branches that lost their marks.
  @Test
  void a_branch_that_lost_its_marks_is_not_taken_for_the_oldest() {
    store(fork(), false);
    var onTwo = new BaseBackup(
        new SnapshotId("20261123T130000Z-00000000"),
        base.system(),
        new Incarnation("fork-1"),
        TWO,
        base.begin(),
        base.end(),
        base.begun(),
        base.finished());

    assertThatThrownBy(() -> branches(onTwo).resolve(LATEST)).isInstanceOf(Damaged.class);
    assertThatThrownBy(() -> branches(onTwo).resolve(new Target.AtTransaction(10)))
        .isInstanceOf(Damaged.class);
    assertThat(branches(onTwo).resolve(new Target.AtSnapshot(base.id())))
        .isInstanceOf(Resolution.Present.class);
    var _ = assertThat(branches(onTwo).warnings()).singleElement();
  }

  // Red when: TimelineInventory.lostItsMarks takes parts alone for a loss.
  @Test
  void a_stream_that_was_killed_before_its_first_mark_hides_nothing_and_is_named() {
    store(fork(), false);

    assertThat(branches().resolve(LATEST)).isInstanceOf(Resolution.Present.class);
    assertThat(branches().warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning).contains("fork-1", "counts as older"));
  }
}
