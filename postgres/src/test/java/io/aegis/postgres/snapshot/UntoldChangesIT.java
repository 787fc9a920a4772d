package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.BaseBackups.Method;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that nothing tells of, neither the log nor a time: an increment must see them. */
final class UntoldChangesIT {
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

  // Red when: ChangedPages.of does not ask for the fork: the log says nothing of what it holds.
  @Test
  void t06_a_map_that_differs_without_a_word_in_the_log_is_captured_as_it_is() throws Exception {
    source.postgres.psql("CREATE TABLE t AS SELECT repeat('x', 900) FROM generate_series(1, 8000)");
    source.postgres.psql("CREATE TABLE u AS SELECT repeat('x', 900) FROM generate_series(1, 8000)");
    source.postgres.psql("DELETE FROM u WHERE ctid < '(700,1)'");
    source.postgres.psql("VACUUM (DISABLE_PAGE_SKIPPING) t");
    source.postgres.psql("VACUUM (DISABLE_PAGE_SKIPPING) u");
    source.postgres.psql("CHECKPOINT");
    source.backUp();
    var map = relationFile("t").resolveSibling(relationFile("t").getFileName() + "_fsm");
    var other = relationFile("u").resolveSibling(relationFile("u").getFileName() + "_fsm");
    assertThat(map).hasSize(Files.size(other));
    assertThat(Files.mismatch(map, other)).isNotNegative();
    Files.write(map, Files.readAllBytes(other)); // as on a standby, where maps are made by replay
    var outcome = source.backUp();
    assertThat(outcome.method()).isEqualTo(Method.SUMMARIZED);
    assertThat(source.plain().directory(outcome.backup().id()).resolve(relative(map)))
        .hasSameBinaryContentAs(other);
  }

  // Red when: CapturePlan.since takes what is no relation, and as large as before, for unchanged.
  @Test
  void t21_a_file_with_an_old_modification_time_is_captured_as_it_is_now() throws Exception {
    var file = source.postgres.dataDirectory().resolve("notes");
    Files.writeString(file, "before".repeat(8192));
    source.postgres.psql("CREATE TABLE t AS SELECT generate_series(1, 1000) AS i");
    source.postgres.psql("CHECKPOINT");
    source.backUp();
    var time = Files.getLastModifiedTime(file);
    var tableTime = Files.getLastModifiedTime(relationFile("t"));
    Files.writeString(file, "after_".repeat(8192));
    source.postgres.psql("UPDATE t SET i = -i");
    source.postgres.psql("CHECKPOINT");
    Files.setLastModifiedTime(file, time);
    Files.setLastModifiedTime(relationFile("t"), tableTime);
    var outcome = source.backUp();
    assertThat(outcome.method()).isEqualTo(Method.SUMMARIZED);
    var captured = source.plain().directory(outcome.backup().id());
    assertThat(captured.resolve("notes")).hasSameBinaryContentAs(file);
    assertThat(captured.resolve(relative(relationFile("t"))))
        .hasSameBinaryContentAs(relationFile("t"));
  }

  private Path relationFile(String table) {
    var path =
        source.postgres.psql("SELECT pg_relation_filepath('" + table + "')").strip();
    return source.postgres.dataDirectory().resolve(path);
  }

  private String relative(Path file) {
    return source.postgres.dataDirectory().relativize(file).toString();
  }
}
