package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackups.CorruptPage;
import io.aegis.postgres.BaseBackups.Extent;
import io.aegis.postgres.BaseBackups.Method;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backup must survive or refuse; the versions do not differ in it. */
final class BackupTrapsIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path home;

  @SuppressWarnings("NullAway.Init")
  private Source source;

  @BeforeEach
  void a_server_that_summarizes_its_log() throws Exception {
    source = Source.start(TestPostgres.of(17).setting("summarize_wal", "on"), home);
  }

  @AfterEach
  void stop() {
    source.close();
  }

  // Red when: BackupSession.guard lets the absence of the server pass as that.
  @Test
  void t01_a_backup_whose_session_was_ended_never_counts() {
    source.at("backup.copied", this::endSessions);
    assertFails(source::backUp, PostgresCode.BACKUP_SESSION_LOST);
    assertThat(source.backups().list()).isEmpty();
  }

  // Red when: ParallelCapture.run does not watch over the session.
  @Test
  void t01_the_end_of_the_session_is_noticed_while_files_are_being_copied() {
    source.afterListing(() -> {
      endSessions();
      assertThatThrownBy(() -> new CountDownLatch(1).await(1, TimeUnit.MINUTES))
          .isInstanceOf(InterruptedException.class);
      Thread.currentThread().interrupt();
    });
    assertFails(source::backUp, PostgresCode.BACKUP_SESSION_LOST);
  }

  private void endSessions() {
    source.postgres.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        + " WHERE application_name = 'aegis'");
  }

  // Red when: SnapshotClosing.put writes the label with a line of its own.
  @Test
  void t01_label_and_map_are_those_of_the_server_byte_for_byte() throws Exception {
    createTablespace();
    var outcome = source.backUp();
    var captured = source.plain().directory(outcome.backup().id());
    assertThat(captured.resolve("backup_label"))
        .hasContent(source.facts(outcome).backupLabel());
    assertThat(Files.readString(captured.resolve("backup_label")))
        .startsWith("START WAL LOCATION: " + outcome.backup().begin() + " (file ")
        .contains("LABEL: aegis " + outcome.backup().id() + "\n");
    assertThat(Files.readString(captured.resolve("tablespace_map"))).endsWith("/space\n");
  }

  // Red when: SourceIdentity.requireServed is not asked.
  @Test
  void t02_the_data_directory_of_another_cluster_is_refused() {
    try (var other = TestPostgres.of(17).start()) {
      other.psql("CREATE TABLE ahead AS SELECT generate_series(1, 500000) AS i");
      other.psql("CHECKPOINT");
      assertFails(
          () -> source.backUp(Extent.INCREMENTAL, other.dataDirectory()),
          PostgresCode.WRONG_DATA_DIRECTORY);
    }
  }

  // Red when: SourceIdentity.requireShows compares nothing.
  @Test
  void t02_a_stale_view_of_the_right_data_directory_is_refused() {
    var stale = home.resolve("stale");
    Source.run("cp", "-a", source.postgres.dataDirectory().toString(), stale.toString());
    assertFails(() -> source.backUp(Extent.INCREMENTAL, stale), PostgresCode.WRONG_DATA_DIRECTORY);
    source.postgres.psql("CHECKPOINT");
    var redo = source.postgres.psql("SELECT redo_lsn FROM pg_control_checkpoint()");
    var cluster = source.cluster(stale);
    var identity = new SourceIdentity(cluster, cluster.facts());
    assertFails(() -> identity.requireShows(Lsn.parse(redo)), PostgresCode.WRONG_DATA_DIRECTORY);
  }

  // Red when: SnapshotRun.run waits for the log at the end only.
  @Test
  void t03_log_that_does_not_arrive_is_noticed_before_anything_is_copied() {
    source.wal.failWith(new Failure.Unavailable(
        Report.of(PostgresCode.WAL_NOT_DURABLE, "no stream").next("aegis wal stream")));
    assertFails(source::backUp, PostgresCode.WAL_NOT_DURABLE);
    assertThat(source.plain().order()).isEmpty();
  }

  // Red when: SnapshotRun.run commits before the log up to the end is durable.
  @Test
  void t03_the_log_from_begin_to_end_is_waited_for() throws Exception {
    var backup = source.backUp().backup();
    assertThat(source.wal.waits())
        .hasSize(2)
        .last()
        .isEqualTo(backup.timeline() + " " + backup.begin() + " " + backup.end());
  }

  // Red when: SnapshotRun takes its moments from the clock of this process.
  @Test
  void t04_moments_are_those_of_the_server() throws Exception {
    var before =
        source.postgres.psql("SELECT extract(epoch FROM clock_timestamp())").strip();
    var backup = source.backUp().backup();
    var after =
        source.postgres.psql("SELECT extract(epoch FROM clock_timestamp())").strip();
    assertThat(backup.begun().toEpochMilli() / 1e3)
        .isGreaterThan(Double.parseDouble(before) - 1e-3);
    assertThat(backup.finished()).isAfter(backup.begun());
    assertThat(backup.finished().toEpochMilli() / 1e3).isLessThan(Double.parseDouble(after));
  }

  // Red when: SnapshotClosing.requireSameTablespaces is not asked.
  @Test
  void t11_a_tablespace_made_during_the_backup_fails_it() {
    source.at("backup.copied", this::createTablespace);
    assertFails(source::backUp, PostgresCode.TABLESPACES_CHANGED);
    assertThat(source.backups().list()).isEmpty();
  }

  private void createTablespace() {
    var space = source.postgres.dataDirectory().resolveSibling("space");
    Source.run("mkdir", space.toString());
    source.postgres.psql("CREATE TABLESPACE linked LOCATION '" + space + "'");
  }

  // Red when: OpenFile.open fails on a file that is gone.
  @Test
  void t12_files_that_vanish_grow_and_shrink_are_what_the_log_repairs() throws Exception {
    var postgres = source.postgres;
    postgres.psql("CREATE TABLE gone AS SELECT generate_series(1, 200) AS i");
    for (var table : List.of("grown", "shrunk")) {
      postgres.psql("CREATE TABLE " + table + " AS SELECT generate_series(1, 20000) AS i");
    }
    source.afterListing(() -> {
      postgres.psql("DROP TABLE gone");
      postgres.psql("INSERT INTO grown SELECT generate_series(1, 20000)");
      postgres.psql("DELETE FROM shrunk WHERE i > 10");
      postgres.psql("VACUUM shrunk");
      postgres.psql("CHECKPOINT");
    });
    var outcome = source.backUp();
    try (var recovered = source.recover(outcome)) {
      assertThat(recovered.psql("SELECT count(*) FROM grown").strip()).isEqualTo("40000");
      assertThat(recovered.psql("SELECT count(*) FROM shrunk").strip()).isEqualTo("10");
      assertThat(recovered.psql("SELECT to_regclass('gone')").strip()).isEmpty();
      recovered.tool("pg_amcheck", "--all", "--install-missing", "--heapallindexed");
    }
  }

  // Red when: CapturePlan.ordered keeps the control file among the others.
  @Test
  void t14_the_control_file_is_captured_after_everything_else() throws Exception {
    source.backUp();
    var order = source.plain().order();
    assertThat(order).doesNotHaveDuplicates();
    assertThat(order.subList(order.size() - 2, order.size()))
        .containsExactly("global/pg_control", "backup_label");
  }

  // Red when: SnapshotRun.judging always answers Nothing.
  @Test
  void t19_corrupt_pages_are_captured_and_named() throws Exception {
    var file = tableOnDisk();
    source.postgres.stop(Stop.FAST);
    overwrite(file, 2 * 8192L + 4000, (byte) 0x55);
    source.postgres.start();
    var outcome = source.backUp();
    assertThat(outcome.corruptPages()).isEqualTo(1);
    assertThat(outcome.corrupt()).containsExactly(new CorruptPage(relative(file), 2));
    assertThat(source.facts(outcome).corrupt().count()).isEqualTo(1);
  }

  // Red when: PageFindings.conclude believes every page that claims to be new.
  @Test
  void t18_a_corrupt_log_position_does_not_hide_a_page() throws Exception {
    var file = tableOnDisk();
    source.postgres.stop(Stop.FAST);
    overwrite(file, 8192L, (byte) 0x7F);
    source.postgres.start();
    var outcome = source.backUp();
    assertThat(outcome.corrupt()).containsExactly(new CorruptPage(relative(file), 1));
  }

  private Path tableOnDisk() {
    source.postgres.psql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS i; CHECKPOINT");
    var path = source.postgres.psql("SELECT pg_relation_filepath('t')").strip();
    return source.postgres.dataDirectory().resolve(path);
  }

  private String relative(Path file) {
    return source.postgres.dataDirectory().relativize(file).toString();
  }

  private static void overwrite(Path file, long offset, byte value) throws Exception {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {value, value, value, value}), offset);
    }
  }

  // Red when: Baseline.whyNotTrusted does not look at checksums.
  @Test
  void t20_switching_checksums_makes_the_next_backup_read_everything() throws Exception {
    source.backUp();
    source.postgres.stop(Stop.FAST);
    var data = source.postgres.dataDirectory().toString();
    source.postgres.tool("pg_checksums", "--disable", "-D", data);
    source.postgres.start();
    assertThat(source.backUp().method()).isEqualTo(Method.COMPARED);
    source.postgres.stop(Stop.FAST);
    source.postgres.tool("pg_checksums", "--enable", "-D", data); // writes pages, and no log
    source.postgres.start();
    var outcome = source.backUp();
    assertThat(outcome.method()).isEqualTo(Method.COMPARED);
    try (var recovered = source.recover(outcome)) {
      assertThat(recovered.psql("SHOW data_checksums").strip()).isEqualTo("on");
    }
  }

  // Red when: Baseline.whyNotTrusted does not look at timelines.
  @Test
  void t21_a_new_timeline_makes_the_next_backup_read_everything() throws Exception {
    source.backUp();
    source.postgres.stop(Stop.FAST);
    Files.createFile(source.postgres.dataDirectory().resolve("standby.signal"));
    source.postgres.start();
    source.postgres.psql("SELECT pg_promote()");
    var outcome = source.backUp();
    assertThat(outcome.backup().timeline().id()).isEqualTo(2);
    assertThat(outcome.method()).isEqualTo(Method.COMPARED);
    assertThat(outcome.notices()).anyMatch(notice -> notice.contains("timeline"));
  }

  // Red when: WalSummaries.changes takes whatever chain there is.
  @Test
  void t24_a_summary_that_is_missing_makes_the_backup_read_everything() throws Exception {
    source.backUp();
    source.postgres.psql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS i; CHECKPOINT");
    source.backUp();
    source.postgres.psql("ALTER SYSTEM SET summarize_wal = off");
    source.postgres.psql("SELECT pg_reload_conf()");
    source.postgres.psql("CREATE TABLE u AS SELECT generate_series(1, 10000) AS i; CHECKPOINT");
    var outcome = source.backUp();
    assertThat(outcome.method()).isEqualTo(Method.COMPARED);
    assertThat(outcome.notices()).anyMatch(notice -> notice.contains("summarize_wal"));
  }

  // Red when: BaseBackups.requireCluster asks nothing.
  @Test
  void t25_another_cluster_is_refused_before_anything_of_it_could_lean_on_this_one()
      throws Exception {
    source.backUp();
    var taken = source.repository.snapshots(Source.COMPONENT).size();
    try (var other = new Source(
        TestPostgres.of(17).setting("summarize_wal", "on").start(), home, source.repository)) {
      assertThatThrownBy(other::backUp)
          .isInstanceOfSatisfying(
              Failure.Refused.class,
              failure -> assertThat(failure.code()).isEqualTo(PostgresCode.WRONG_CLUSTER));
    }
    assertThat(source.repository.snapshots(Source.COMPONENT)).hasSize(taken);
  }

  // Red when: Baseline.whyNotTrusted compares no positions: the stretch between the two is empty,
  // so nothing seems to have changed in it.
  @Test
  void t25_a_snapshot_of_a_later_moment_is_never_leant_on_unread() throws Exception {
    var data = home.resolve("standby");
    source.postgres.tool("pg_basebackup", "-D", data.toString(), "-R", "-c", "fast");
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "recovery_min_apply_delay = '1d'\n",
        StandardOpenOption.APPEND);
    source.postgres.psql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS i; CHECKPOINT");
    var later = source.backUp().backup();
    try (var server = TestPostgres.of(17).adopt(data)) {
      server.start();
      var lagging = new Source(server, Files.createDirectory(home.resolve("b")), source.repository);
      var outcome = lagging.backUp();
      assertThat(outcome.backup().begin()).isLessThan(later.begin());
      assertThat(outcome.method()).isEqualTo(Method.COMPARED);
      assertThat(outcome.notices()).anyMatch(notice -> notice.contains("later moment"));
    }
  }

  // Red when: SnapshotRun.changes does not ask whether the log between the two is all there. A
  // server that was set back to an earlier state and wrote on past the old one looks like this.
  @Test
  void t25_a_snapshot_behind_a_gap_in_the_log_is_never_leant_on_unread() throws Exception {
    source.backUp();
    source.wal.breakOff();
    var outcome = source.backUp();
    assertThat(outcome.method()).isEqualTo(Method.COMPARED);
    assertThat(outcome.notices()).anyMatch(notice -> notice.contains("without a gap"));
    assertThat(source.wal.asked()).hasSize(1);
  }

  // Red when: BackupSession.flushed asks a standby how far it has written.
  @Test
  void t05_a_standby_is_backed_up_where_its_replay_has_come_to() throws Exception {
    source.postgres.psql("CREATE TABLE t AS SELECT generate_series(1, 10000) AS i");
    var data = home.resolve("standby");
    source.postgres.tool("pg_basebackup", "-D", data.toString(), "-R", "-c", "fast");
    var load = source.postgres.startTool("pgbench", "-i", "-s", "3");
    try (var server = TestPostgres.of(17).adopt(data)) {
      server.start();
      var standby = new Source(server, Files.createDirectory(home.resolve("b")), source.repository);
      var outcome = standby.backUp();
      assertThat(outcome.corrupt()).isEmpty();
      load.waitFor();
      try (var recovered = standby.recover(outcome)) {
        assertThat(recovered.psql("SELECT count(*) FROM t").strip()).isEqualTo("10000");
        recovered.tool("pg_amcheck", "--all", "--install-missing", "--heapallindexed");
      }
    }
  }

  // Red when: BackupSession.requireSameRole is not asked.
  @Test
  void t05_a_standby_that_is_promoted_meanwhile_fails_the_backup() throws Exception {
    var data = home.resolve("standby");
    source.postgres.tool("pg_basebackup", "-D", data.toString(), "-R", "-c", "fast");
    try (var server = TestPostgres.of(17).adopt(data)) {
      server.start();
      var standby = new Source(server, Files.createDirectory(home.resolve("b")), source.repository);
      standby.at("backup.copied", () -> server.psql("SELECT pg_promote()"));
      assertFails(standby::backUp, PostgresCode.PROMOTED_DURING_BACKUP);
    }
  }

  // Red when: SnapshotRun.draft leaves out what never came to its end.
  @Test
  void t42_an_interrupted_backup_is_leant_on_but_never_trusted() throws Exception {
    source.at("backup.copied", this::endSessions);
    assertFails(source::backUp, PostgresCode.BACKUP_SESSION_LOST);
    source.backUp();
    assertThat(source.plain().drafts().getLast().bases()).hasSize(1);
    assertThat(source.plain().trusted()).isFalse();
  }

  private static void assertFails(ThrowingCallable call, PostgresCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(Failure.class, f -> assertThat(f.code()).isEqualTo(code));
  }
}
