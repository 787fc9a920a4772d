package io.aegis.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.WalProtection;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Register;
import io.aegis.storage.Body;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The notes for whom lives are streamed, which can be lost as any object can. */
class StreamedNotesTest {
  private final ArchiveFixture fixture = new ArchiveFixture();

  @BeforeEach
  void store_a_log() {
    fixture.store(ArchiveFixture.log(), ArchiveFixture.BEGIN.plus(300_000));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<Finding> check() {
    return new WalProtection(fixture.repository, List.of())
        .check(CheckDepth.STRUCTURE, Progress.SILENT);
  }

  // Red when: LogCheck looks for no note that the register speaks of, or Incarnations.streamedFor
  // leaves one that is lost away, or registers it again.
  @Test
  void a_lost_note_for_whom_a_life_is_streamed_is_found_until_a_stream_writes_it_again() {
    var component = new ComponentName("shop-db");
    var note = WalNames.streamedFor(component, fixture.claim.id());
    var incarnations = new Incarnations(fixture.repository, TimeSource.system());
    incarnations.streamedFor(component, fixture.claim.id());
    assertThat(check()).isEmpty();

    fixture.store().delete(note);
    assertThat(check()).singleElement().satisfies(finding -> {
      assertThat(finding.subject()).isEqualTo(note.name());
      assertThat(finding.severity()).isEqualTo(Severity.AT_RISK);
    });
    incarnations.streamedFor(component, fixture.claim.id());
    assertThat(check()).isEmpty();
    assertThat(fixture.repository.register().entries())
        .filteredOn(entry -> entry.kind() == Register.Kind.LIFE_STREAMED)
        .hasSize(1);
  }

  // Red when: a note is read by nobody: the bit is never found.
  @Test
  void a_note_that_cannot_be_read_is_found_and_still_tells_whose_the_life_is() {
    var component = new ComponentName("shop-db");
    var note = WalNames.streamedFor(component, fixture.claim.id());
    new Incarnations(fixture.repository, TimeSource.system())
        .streamedFor(component, fixture.claim.id());
    var bytes = fixture.store().find(note).orElseThrow();
    fixture.store().delete(note);
    fixture.store().putIfAbsent(note, Body.of(Arrays.copyOf(bytes, bytes.length / 2)));

    assertThat(check()).extracting(Finding::subject).containsExactly(note.name());
    assertThat(Incarnations.streamed(fixture.repository))
        .containsEntry(fixture.claim.id(), Set.of(component));
  }
}
