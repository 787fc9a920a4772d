package io.aegis.postgres.snapshot;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Moments;
import io.aegis.postgres.Moments.LogStatus;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.WalFiling;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.storage.ObjectKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A component's log, beside that of a copy which another component has snapshots of. */
class OthersSnapshotsTest {
  private static final ComponentName OWN = new ComponentName("shop-db");
  private static final ComponentName COPY = new ComponentName("staging-db");
  private static final Incarnation LIFE = new Incarnation("copy");

  private final ArchiveFixture fixture = new ArchiveFixture();

  @BeforeEach
  void two_lives_of_one_cluster() {
    fixture.mark(BEGIN);
    var claim = new Incarnations(fixture.repository, TimeSource.system())
        .of(LIFE, fixture.claim.system(), SIZE);
    var mark = new DurableMark(BEGIN, BEGIN, NOON, NOON, new Edge.Nothing());
    new WalFiling(fixture.repository, claim, Milestones.UNWATCHED).mark(ONE, mark);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private SnapshotId take(ComponentName component, Incarnation life) {
    var example = BackupFactsFormatTest.EXAMPLE;
    var span = new BackupFacts.Span(fixture.claim.system(), life, ONE, BEGIN, BEGIN, NOON, NOON);
    return take(
        component,
        BackupFactsFormat.encode(new BackupFacts(
            span,
            example.server(),
            example.backupLabel(),
            example.tablespaces(),
            example.surroundings(),
            example.corrupt())));
  }

  private SnapshotId take(ComponentName component, byte[] facts) {
    try (var writer = fixture.repository.begin(new SnapshotDraft(component, List.of()))) {
      return writer.commit(facts).id();
    }
  }

  private List<Incarnation> shownTo(ComponentName component) {
    var backups = new BaseBackups(fixture.repository, component, Ports.system());
    return new Moments(fixture.repository, backups)
        .log().timelines().stream()
            .map(LogStatus::branch)
            .map(branch -> branch.incarnation())
            .toList();
  }

  // Red when: Moments asks for nobody's snapshots but the component's own.
  @Test
  void each_component_is_shown_the_life_that_its_snapshots_are_of() {
    take(OWN, fixture.claim.id());
    assertThat(shownTo(OWN)).as("nothing tells whose it is").contains(LIFE);

    take(COPY, LIFE);
    assertThat(shownTo(OWN)).containsExactly(fixture.claim.id());
    assertThat(shownTo(COPY)).containsExactly(LIFE);
  }

  // Red when: Moments counts the snapshots of others while one of the component's own is lost,
  // which
  // may have been of that very life.
  @Test
  void while_a_snapshot_is_lost_those_of_others_tell_nothing() {
    take(OWN, fixture.claim.id());
    var lost = take(OWN, LIFE);
    take(COPY, LIFE);
    assertThat(shownTo(OWN)).contains(LIFE);

    fixture.store().delete(new ObjectKey("snapshots/" + OWN + "/" + lost));
    assertThat(shownTo(OWN)).contains(LIFE);
  }

  // Red when: BaseBackups.livesOfOthers lets the facts end it that a newer build has written.
  @Test
  void a_snapshot_of_another_component_that_cannot_be_read_tells_nothing() {
    take(OWN, fixture.claim.id());
    take(COPY, new byte[] {9});

    assertThat(shownTo(OWN)).contains(LIFE);
  }

  // Red when: Owners takes everything for others' before the first snapshot.
  @Test
  void a_component_without_a_snapshot_is_shown_everything() {
    take(COPY, LIFE);

    assertThat(shownTo(OWN)).contains(fixture.claim.id(), LIFE);
  }
}
