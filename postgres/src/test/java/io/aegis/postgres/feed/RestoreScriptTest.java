package io.aegis.postgres.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.PostgresCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script as PostgreSQL calls it, with a feeder on the other side of the spool or none. */
class RestoreScriptTest {
  private static final int SEGMENT = 1024 * 1024;
  private static final WalFileName FIRST = new WalFileName("000000010000000000000001");

  @TempDir
  Path data;

  private final Map<String, byte[]> archive = new ConcurrentHashMap<>();

  @BeforeEach
  void beTheDataDirectoryOfARunningServer() throws Exception {
    Files.createDirectories(data.resolve("pg_wal"));
    Files.writeString(data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n");
    new Spool(data).install(Duration.ofSeconds(1));
  }

  private Program.Ended ask(WalFileName name) {
    var shell = "cd '" + data + "' && "
        + Spool.RESTORE_COMMAND.replace("%f", name.value()).replace("%p", "pg_wal/RECOVERYXLOG");
    return Program.of("sh", "-c", shell).run();
  }

  private WalSource.Answer fromArchive(WalFileName name, OutputStream into) throws IOException {
    var content = archive.get(name.value());
    if (content == null) {
      return WalSource.Answer.PROVED_ABSENT;
    }
    into.write(content);
    return WalSource.Answer.FOUND;
  }

  private WalFeeder feed(WalSource source) throws InterruptedException {
    return WalFeeder.start(new Spool(data), source, FIRST, SEGMENT, TimeSource.system());
  }

  @Test
  void a_segment_is_put_in_place_and_can_be_asked_for_again() throws Exception {
    archive.put(FIRST.value(), new byte[SEGMENT]);
    try (var feeder = feed(this::fromArchive)) {
      assertThat(ask(FIRST).exit()).isZero();
      assertThat(data.resolve("pg_wal/RECOVERYXLOG")).hasSize(SEGMENT);
      assertThat(ask(FIRST).exit()).isZero(); // as promotion does
      assertThat(feeder.trouble()).isEmpty();
    }
  }

  // Red when: Spool.RESTORE_COMMAND names the script by $PWD, which it would have to quote.
  @Test
  void t29_no_name_of_a_directory_can_break_the_command() throws Exception {
    var odd = Files.createDirectories(data.resolve("it's \"50 %p\" $(exit 3); x"));
    Files.createDirectories(odd.resolve("pg_wal"));
    Files.copy(data.resolve("postmaster.pid"), odd.resolve("postmaster.pid"));
    new Spool(odd).install(Duration.ofSeconds(1));
    archive.put(FIRST.value(), new byte[SEGMENT]);
    var command = Spool.RESTORE_COMMAND.replace("%f", FIRST.value()).replace("%p", "pg_wal/X");
    assertThat(command).doesNotContain("'").doesNotContain("%");
    var time = TimeSource.system();
    try (var _ = WalFeeder.start(new Spool(odd), this::fromArchive, FIRST, SEGMENT, time)) {
      var ended =
          new ProcessBuilder("sh", "-c", command).directory(odd.toFile()).start();
      assertThat(ended.waitFor()).isZero();
    }
    assertThat(odd.resolve("pg_wal/X")).hasSize(SEGMENT);
  }

  @Test
  void t28_only_what_is_proved_absent_ends_with_1() throws Exception {
    // Red when: the script ends with 1 once its patience is over.
    try (var _ = feed(this::fromArchive)) {
      assertThat(ask(new WalFileName("00000002.history")).exit()).isEqualTo(1);
    }
  }

  @Test
  void t28_a_source_that_does_not_answer_makes_it_wait_and_then_end_with_255() throws Exception {
    // Red when: the feeder marks a name as absent when fetching fails.
    try (var feeder = feed((_, _) -> {
      throw new Unavailable(
          Report.of(PostgresCode.WAL_NOT_AT_HAND, "the store is away").next("wait"));
    })) {
      assertThat(ask(FIRST).exit()).isEqualTo(255);
      assertThat(feeder.trouble()).isPresent();
    }
  }

  @Test
  void t28_without_a_feeder_it_ends_with_255_and_says_what_to_do() {
    // Red when: the script ends with 1 for a file that is not there.
    var ended = ask(FIRST);
    assertThat(ended.exit()).isEqualTo(255);
    assertThat(ended.text()).contains("aegis resume");
  }

  @Test
  void a_feeder_that_comes_late_is_still_in_time() throws Exception {
    new Spool(data).install(Duration.ofSeconds(30));
    archive.put(FIRST.value(), new byte[SEGMENT]);
    var waiting = Program.of(
            "sh",
            "-c",
            "cd '" + data + "' && "
                + Spool.RESTORE_COMMAND
                    .replace("%f", FIRST.value())
                    .replace("%p", "pg_wal/RECOVERYXLOG"))
        .builder()
        .start();
    while (!Files.exists(data.resolve("aegis/spool/want/" + FIRST))) {
      Thread.onSpinWait();
    }
    try (var _ = feed(this::fromArchive)) {
      assertThat(waiting.waitFor()).isZero();
    }
  }

  @Test
  void t30_a_half_written_segment_is_never_handed_out() throws Exception {
    // Red when: the feeder writes under the name that the script looks at.
    archive.put(FIRST.value(), new byte[SEGMENT]);
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (var _ = feed((name, into) -> {
      if (!name.equals(FIRST)) {
        return WalSource.Answer.PROVED_ABSENT;
      }
      into.write(new byte[1000]);
      begun.countDown();
      await(goOn);
      into.write(new byte[SEGMENT - 1000]);
      return WalSource.Answer.FOUND;
    })) {
      begun.await();
      assertThat(ask(FIRST).exit()).isEqualTo(255);
      goOn.countDown();
      assertThat(ask(FIRST).exit()).isZero();
      assertThat(data.resolve("pg_wal/RECOVERYXLOG")).hasSize(SEGMENT);
    }
  }

  @Test
  void t30_what_an_earlier_recovery_left_in_the_spool_is_not_used() throws Exception {
    // Red when: WalFeeder.start does not clear the spool.
    Files.write(data.resolve("aegis/spool/ready/" + FIRST), new byte[17]);
    Files.write(data.resolve("aegis/spool/absent/00000002.history"), new byte[0]);
    archive.put(FIRST.value(), new byte[SEGMENT]);
    archive.put("00000002.history", new byte[40]);
    try (var _ = feed(this::fromArchive)) {
      assertThat(ask(FIRST).exit()).isZero();
      assertThat(data.resolve("pg_wal/RECOVERYXLOG")).hasSize(SEGMENT);
      assertThat(ask(new WalFileName("00000002.history")).exit()).isZero();
    }
  }

  @Test
  void a_segment_that_is_too_short_is_never_handed_out_and_is_trouble() throws Exception {
    archive.put(FIRST.value(), new byte[SEGMENT - 1]);
    try (var feeder = feed(this::fromArchive)) {
      assertThat(ask(FIRST).exit()).isEqualTo(255);
      assertThat(feeder.trouble()).isPresent();
    }
  }

  @Test
  void a_script_that_outlives_its_server_takes_nothing() throws Exception {
    // Red when: the script does not look whether its server is alive.
    var gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.writeString(data.resolve("postmaster.pid"), gone.pid() + "\n");
    archive.put(FIRST.value(), new byte[SEGMENT]);
    try (var _ = feed(this::fromArchive)) {
      assertThat(ask(FIRST).exit()).isEqualTo(255);
      assertThat(data.resolve("pg_wal/RECOVERYXLOG")).doesNotExist();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
