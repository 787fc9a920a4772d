package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalStreamIT {
  @TempDir
  Path directory;

  @Test
  void a_stream_protects_until_it_is_interrupted_and_leaves_a_whole_repository() throws Exception {
    try (var server = TestPostgres.of(17).start()) {
      String port = Integer.toString(server.connection().port());
      assertThat(cli().run("init", "--discover", "--port", port).exit()).isZero();

      var shown = new AtomicReference<Cli.Result>();
      var stream = Thread.ofPlatform().start(() -> shown.set(cli().run("wal", "stream", "--json")));
      server.psql("create table t as select generate_series(1, 1000) as n");
      String written = server.psql("select pg_current_wal_lsn()").strip();
      await(
          server,
          "select count(*) from pg_replication_slots"
              + " where confirmed_flush_lsn is null and restart_lsn >= '" + written + "'");
      stream.interrupt();
      stream.join();

      assertThat(shown.get().exit()).as(shown.get().err()).isZero();
      assertThat(shown.get().err()).contains("\"kind\":\"Streaming\"", "\"kind\":\"Stopped\"");
      assertThat(Files.isDirectory(directory.resolve("repository/wal"))).isTrue();
      assertThat(cli().run("repo", "check", "--read-data").exit()).isZero();
    }
  }

  private Cli cli() {
    return new Cli(directory);
  }

  // The server says when the stream has come so far; there is nothing else to wait on.
  private static void await(TestPostgres server, String condition) throws InterruptedException {
    while (!server.psql(condition).strip().contains("1")) {
      Thread.sleep(50);
    }
  }
}
