package io.aegis.postgres.archive;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which life of a cluster may still be streamed, once a recovery has left it. */
class LeftLifeTest {
  private static final Timeline TWO = new Timeline(2);
  private static final Lsn FORK = BEGIN.plus(5000);

  private final ArchiveFixture fixture = new ArchiveFixture();
  private final Incarnations incarnations =
      new Incarnations(fixture.repository, TimeSource.system());

  @AfterEach
  void close() {
    fixture.close();
  }

  private IncarnationClaim fork(String name, IncarnationClaim parent, Lsn at) {
    return incarnations.claimFork(
        new Incarnation(name), parent, new Origin.Fork(parent.id(), ONE, at));
  }

  private void part(IncarnationClaim life, Lsn to) {
    var wal = ArchiveFixture.log();
    var filing = new WalFiling(fixture.repository, life, Milestones.UNWATCHED);
    filing.part(TWO, new LogSpan(BEGIN, to), wal.bytes(BEGIN, to));
  }

  private void mark(IncarnationClaim life, Lsn durable) {
    new WalFiling(fixture.repository, life, Milestones.UNWATCHED)
        .mark(TWO, new DurableMark(durable, durable, NOON, NOON, new Edge.Nothing()));
  }

  private void assertIsTaken(IncarnationClaim life) {
    assertThatCode(() -> incarnations.of(life.id(), life.system(), SIZE))
        .doesNotThrowAnyException();
    assertThatCode(() -> incarnations.requireNotLeft(life.id())).doesNotThrowAnyException();
  }

  private void assertIsLeftFor(IncarnationClaim heir) {
    var root = fixture.claim;
    assertThatThrownBy(() -> incarnations.of(root.id(), root.system(), SIZE))
        .isInstanceOfSatisfying(Refused.class, failure -> {
          assertThat(failure.code()).isEqualTo(PostgresCode.HISTORY_DIVERGES);
          assertThat(failure.report().what()).contains(root.id().value());
          assertThat(failure.report().why()).contains("left ", heir.id().value());
          assertThat(failure.report().next()).anyMatch(next -> next.contains("a life of its own"));
        });
    assertThatThrownBy(() -> incarnations.requireNotLeft(root.id())).isInstanceOf(Refused.class);
  }

  // Red when: Incarnations.isLed does not ask what is stored of the new life behind its fork.
  @Test
  void a_life_is_left_when_log_of_the_new_one_is_stored_and_not_before() {
    var heir = fork("heir", fixture.claim, FORK);
    assertIsTaken(fixture.claim);
    part(heir, FORK);
    mark(heir, FORK);
    assertIsTaken(fixture.claim);
    part(heir, FORK.plus(8)); // its stream was killed before the mark
    assertIsLeftFor(heir);
    mark(heir, FORK.plus(8));
    assertIsLeftFor(heir);
    assertIsTaken(heir);
  }

  // Red when: Incarnations.isLed does not ask for the lives that left the new one in turn.
  @Test
  void a_life_is_left_too_when_only_a_life_that_came_from_the_new_one_has_log() {
    var heir = fork("heir", fixture.claim, FORK);
    var heirs = fork("heirs-heir", heir, FORK.plus(100));
    assertIsTaken(fixture.claim);
    mark(heirs, FORK.plus(200));
    assertIsLeftFor(heir);
    assertIsTaken(heirs);
  }

  // Red when: Incarnations.requireNotLeft does not compare the parent.
  @Test
  void what_left_another_life_is_nothing_to_this_one() {
    var other = incarnations.of(new Incarnation("other"), fixture.claim.system(), SIZE);
    mark(fork("heir", other, FORK), FORK.plus(8));
    assertIsTaken(fixture.claim);
    assertThatThrownBy(() -> incarnations.requireNotLeft(other.id())).isInstanceOf(Refused.class);
  }

  // Red when: Incarnations.requireNotLeft looks at direct heirs only, as it did, or takes every
  // life of the family for a later one.
  @Test
  void a_life_is_left_by_a_later_recovery_that_began_another_one_beside_it() {
    var first = forkAt("first", fixture.claim, 10);
    mark(first, FORK.plus(8));
    var second = forkAt("second", fixture.claim, 20);
    assertIsTaken(first);
    mark(second, FORK.plus(8));
    assertIsTaken(second);
    assertThatThrownBy(() -> incarnations.requireNotLeft(first.id()))
        .isInstanceOfSatisfying(
            Refused.class,
            failure -> assertThat(failure.report().why())
                .contains("left incarnation " + fixture.claim.id(), "for incarnation second"));

    var third = forkAt("third", first, 30);
    mark(third, FORK.plus(16));
    assertIsTaken(third);
    assertThatThrownBy(() -> incarnations.requireNotLeft(second.id())).isInstanceOf(Refused.class);
  }

  // Red when: IncarnationClaim.order goes by the clocks: that of the first recovery was ahead, and
  // the database of the second one could not be protected.
  @Test
  void which_recovery_was_the_later_one_is_told_by_no_clock() {
    var first = forkAt("first", fixture.claim, 3600);
    mark(first, FORK.plus(8));
    var second = forkAt("second", fixture.claim, 20);
    mark(second, FORK.plus(8));

    assertIsTaken(second);
    assertThatThrownBy(() -> incarnations.requireNotLeft(first.id())).isInstanceOf(Refused.class);
  }

  // Red when: Incarnations.leavesBeside takes for granted that a life is claimed: a backup beside a
  // stream
  // asks for the one that the server says it leads now, which is to be claimed yet.
  @Test
  void a_life_that_nobody_has_claimed_yet_was_left_by_nobody() {
    mark(forkAt("first", fixture.claim, 10), FORK.plus(8));

    assertThatCode(() -> incarnations.requireNotLeft(new Incarnation("a-new-name")))
        .doesNotThrowAnyException();
  }

  private IncarnationClaim forkAt(String name, IncarnationClaim parent, long seconds) {
    return new Incarnations(fixture.repository, new VirtualTime(NOON.plusSeconds(seconds)))
        .claimFork(new Incarnation(name), parent, new Origin.Fork(parent.id(), ONE, FORK));
  }
}
