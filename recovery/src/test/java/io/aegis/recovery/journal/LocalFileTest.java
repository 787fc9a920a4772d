package io.aegis.recovery.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Digest;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.RecoveryCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileTest {
  private static final ExecutionId ID = new ExecutionId("rec-7f3a91c2");

  @TempDir
  Path directory;

  private static Entry entry(long sequence) {
    return new Entry(
        ID,
        1,
        sequence,
        Digest.of("before"),
        Instant.parse("2026-11-23T13:00:00Z"),
        new Event.Noted("line\nwith a break"));
  }

  @Test
  void what_is_kept_is_found_by_the_next_process_in_its_order() {
    new LocalFile(directory.resolve("state"), ID).keep(entry(1));
    new LocalFile(directory.resolve("state"), ID).keep(entry(2));

    assertThat(new LocalFile(directory.resolve("state"), ID).kept())
        .containsExactly(entry(1), entry(2));
  }

  @Test
  void a_line_torn_by_a_crash_counts_as_not_written_and_the_next_one_is_whole() throws IOException {
    // Red when: LocalFile.append no longer drops the torn line before it appends.
    var local = new LocalFile(directory, ID);
    local.keep(entry(1));
    Files.writeString(file(), "{\"execution\":\"rec-7f3", StandardOpenOption.APPEND);
    assertThat(local.kept()).containsExactly(entry(1));

    local.keep(entry(2));

    assertThat(local.kept()).containsExactly(entry(1), entry(2));
  }

  @Test
  void an_interrupted_thread_still_keeps_what_it_has_to_and_stays_interrupted() {
    // Red when: LocalFile.keep does not clear the interrupt before it opens its channel.
    var local = new LocalFile(directory, ID);
    Thread.currentThread().interrupt();

    local.keep(entry(1));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(local.kept()).containsExactly(entry(1));
  }

  @Test
  void what_the_repository_has_is_forgotten_and_what_it_refused_is_set_aside() {
    var local = new LocalFile(directory, ID);
    local.keep(entry(1));
    local.forget();
    assertThat(local.kept()).isEmpty();

    local.keep(entry(2));
    local.setAside();

    assertThat(local.kept()).isEmpty();
    assertThat(directory.resolve(ID + ".journal.refused")).content().contains("\"sequence\":2");
  }

  @Test
  void a_machine_that_cannot_keep_it_either_says_so() throws IOException {
    Files.writeString(directory.resolve("state"), "a file where the directory should be");
    var local = new LocalFile(directory.resolve("state"), ID);

    assertThatThrownBy(() -> local.keep(entry(1)))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("could not keep an entry");
  }

  @Test
  void what_is_kept_is_for_this_account_alone() throws IOException {
    // Red when: LocalFile leaves the rights to the umask.
    new LocalFile(directory.resolve("state/journal"), ID).keep(entry(1));

    var kept = directory.resolve("state/journal");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(
            Files.getPosixFilePermissions(kept.resolve(ID + ".journal"))))
        .isEqualTo("rw-------");
  }

  @Test
  void a_whole_line_that_is_no_entry_is_damage_and_stays_where_it_is() throws IOException {
    // Red when: LocalFile takes it for a disk that is full.
    var local = new LocalFile(directory, ID);
    local.keep(entry(1));
    Files.writeString(file(), "{\"execution\":\"rec-7f3\n", StandardOpenOption.APPEND);

    assertThatThrownBy(local::kept).isInstanceOfSatisfying(Damaged.class, failure -> {
      assertThat(failure.code()).isEqualTo(RecoveryCode.LOCAL_JOURNAL_DAMAGED);
      assertThat(failure.report().next()).anyMatch(next -> next.contains("keep a copy"));
    });
    assertThat(file()).content().contains("rec-7f3");
  }

  private Path file() {
    return directory.resolve(ID + ".journal");
  }
}
