package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Moments.Among;
import io.aegis.postgres.Moments.Transaction;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Target;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.names.NameBook;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.ComponentName;
import io.aegis.storage.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose a life is, where two components protect servers of one cluster (rule R16). */
class OwnersTest extends SeveralLives {
  private static final ComponentName COPY = new ComponentName("staging-db");
  private static final Target LATEST = new Target.Latest();

  /** A life that a person named, with a commit later than all of the other one's. */
  private IncarnationClaim named(String name, double when) {
    var life =
        incarnations(when).of(new Incarnation(name), fixture.claim.system(), ArchiveFixture.SIZE);
    var log = new MadeUpWal(ArchiveFixture.SIZE, ONE, BEGIN);
    log.commit(30, at(when + 1));
    store(life, ONE, log, Mark.at(when + 2));
    return life;
  }

  private Incarnations incarnations(double when) {
    return new Incarnations(fixture.repository, new VirtualTime(at(when)));
  }

  /** As streams note it. */
  private Branches asNoted() {
    return branches(new Owners(OWN, () -> Incarnations.streamed(fixture.repository), Map::of));
  }

  private Branches asBackedUp(Map<Incarnation, Set<ComponentName>> others) {
    return branches(new Owners(OWN, () -> Incarnations.streamed(fixture.repository), () -> others));
  }

  private void assertLatestIsThere(Branches branches) {
    assertThat(branches.resolve(LATEST)).isInstanceOf(Resolution.Present.class);
    assertThat(branches.newestFirst())
        .extracting(known -> known.branch().incarnation())
        .containsExactly(fixture.claim.id());
  }

  private static void assertLatestIsThatOf(String life, Branches branches) {
    assertThat(branches.newestFirst().getFirst().branch().incarnation().value()).isEqualTo(life);
    assertThat(branches.resolve(LATEST))
        .isInstanceOfSatisfying(
            Resolution.NoData.class, none -> assertThat(none.reason()).contains(life));
  }

  // Red when: Branches asks nobody whose a life is, as it did: the latest moment is refused.
  @Test
  void a_copy_that_is_streamed_for_another_component_takes_nothing_from_this_one() {
    store(fixture.claim, ONE, wal, Mark.at(21));
    var copy = named("copy", 20);
    incarnations(20).streamedFor(COPY, copy.id());

    assertLatestIsThere(asNoted());
    assertThat(asNoted().status()).hasSize(1);
    assertThat(asNoted().warnings()).isEmpty();
  }

  // Red when: Incarnations.streamed believes the listing alone, or streamedFor registers nothing.
  @Test
  void a_note_that_is_lost_hides_no_life_that_two_components_share() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var copy = named("copy", 20);
    incarnations(20).streamedFor(COPY, copy.id());
    incarnations(21).streamedFor(OWN, copy.id());

    fixture.store().delete(new ObjectKey("components/copy/" + OWN));
    assertLatestIsThatOf("copy", asNoted());
  }

  // Red when: TransactionScan searches the newest branch of all components: it lists the copy's.
  @Test
  void a_search_lists_the_transactions_of_this_component_alone() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    incarnations(20).streamedFor(COPY, named("copy", 20).id());

    var found = new TransactionScan(asNoted(), new NameBook(List.of())).between(at(0), at(60), 0);
    assertThat(found.transactions())
        .extracting(Transaction::commit)
        .extracting(commit -> commit.xid())
        .containsExactly(10L);
  }

  // Red when: Owners does not count the snapshots of other components: streams of earlier builds
  // noted nothing.
  @Test
  void a_life_whose_snapshots_are_all_of_another_component_is_of_that_one() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var copy = named("copy", 20);

    assertLatestIsThatOf("copy", asBackedUp(Map.of()));
    assertLatestIsThere(asBackedUp(Map.of(copy.id(), Set.of(COPY))));
  }

  // Red when: Owners.others lets a life go that another component has as well.
  @Test
  void a_life_that_was_streamed_for_both_stays_a_candidate_of_both() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var copy = named("copy", 20);
    incarnations(20).streamedFor(COPY, copy.id());
    incarnations(21).streamedFor(OWN, copy.id());

    assertLatestIsThatOf("copy", asNoted());
    assertLatestIsThatOf("copy", asBackedUp(Map.of(copy.id(), Set.of(COPY))));
  }

  // Red when: Owners takes a life of which nothing is known for another component's.
  @Test
  void a_life_of_which_nothing_tells_whose_it_is_stays_a_candidate() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    named("mine", 20);
    incarnations(20).streamedFor(COPY, new Incarnation("never-claimed"));

    assertLatestIsThatOf("mine", asNoted());
  }

  // Red when: Owners.others counts what is noted of each life by itself, and not of those that it
  // came from: a recovery that another component protects since would be over without a word.
  @Test
  void what_came_of_a_recovery_of_this_component_stays_its_own_whoever_protects_it() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    var heir = left("heir", fixture.claim, ONE, 10);
    store(heir, TWO, forked(TWO, 20, 12), Mark.at(13));

    assertThat(asNoted().newestFirst().getFirst().branch().timeline()).isEqualTo(TWO);
    incarnations(20).streamedFor(COPY, heir.id());
    assertThat(asNoted().newestFirst().getFirst().branch().timeline()).isEqualTo(TWO);
    var branches = asBackedUp(Map.of(heir.id(), Set.of(COPY)));
    assertThat(branches.newestFirst().getFirst().branch().timeline()).isEqualTo(TWO);
  }

  // Red when: Owners.firstLives looks at parents alone: what came of the copy's second recovery
  // would be nobody's, and so this component's newest.
  @Test
  void what_came_of_recoveries_of_a_copy_is_not_this_component_s_either() {
    store(fixture.claim, ONE, wal, Mark.at(50));
    var copy = named("copy", 20);
    incarnations(20).streamedFor(COPY, copy.id());
    var second = left("second", copy, ONE, 30);
    store(left("third", second, TWO, 40), THREE, forked(THREE, 40, 42), Mark.at(43));

    assertLatestIsThere(asNoted());
  }

  // Red when: Branches forgets the lives that it leaves out.
  @Test
  void a_life_of_another_component_that_is_asked_for_is_refused_with_whose_it_is() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    incarnations(20).streamedFor(COPY, named("copy", 20).id());

    var among = new Among(Optional.of(new Incarnation("copy")), Optional.empty());
    assertThatThrownBy(() -> asNoted().resolve(LATEST, among))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.report().why()).contains("component staging-db"));
  }

  // Red when: Branches.warnings does not ask for lives that began when this one's log had ended.
  @Test
  void a_copy_that_may_have_taken_the_place_of_this_component_is_named() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    incarnations(20).streamedFor(COPY, named("copy", 20).id());

    assertLatestIsThere(asNoted());
    assertThat(asNoted().warnings())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("copy", "component staging-db", "place"));
  }

  // Red when: Rivals.withoutSnapshot names a new backup alone: one of this component leads nowhere.
  @Test
  void where_the_latest_moment_is_refused_the_way_to_the_older_life_s_is_named_and_leads_there() {
    store(fixture.claim, ONE, wal, Mark.at(9));
    named("mine", 20);

    assertThat(asNoted().resolve(LATEST))
        .isInstanceOfSatisfying(
            Resolution.NoData.class,
            none -> assertThat(none.reason())
                .contains("--to latest --incarnation " + fixture.claim.id() + ")"));
    var among = new Among(Optional.of(fixture.claim.id()), Optional.empty());
    assertThat(asNoted().resolve(LATEST, among)).isInstanceOf(Resolution.Present.class);
  }
}
