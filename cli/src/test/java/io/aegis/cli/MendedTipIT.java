package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newest log is damaged while nothing streams, and the database is lost later. */
class MendedTipIT {
  @TempDir
  Path directory;

  @Test
  void a_recovery_to_the_latest_moment_finds_every_commit_after_the_tip_was_mended()
      throws Exception {
    try (var server = TestPostgres.of(17).create()) {
      server.start();
      server.psql("create table orders(id int)");
      String port = Integer.toString(server.connection().port());
      ProtectedShop.expectDone(cli().run("init", "--discover", "--port", port));
      ProtectedShop.expectDone(cli().run("backup", "--json"));
      streamed(server, 1);
      flipABit(newestPart());
      assertThat(streamed(server, 2).err()).contains("AEG-2211", "\"kind\":\"Mended\"");
      server.kill();
      clear(server.dataDirectory());

      var shown = cli().run("recover", "--to", "latest", "--yes", "--json");

      assertThat(shown.out()).contains("\"COMPLETED\"");
      var recovered = Path.of(Json.parseObject(shown.out()).text("dataDirectory"));
      try (var _ = TestPostgres.of(17).adopt(recovered)) {
        assertThat(server
                .psql("select string_agg(id::text, ',' order by id) from orders")
                .strip())
            .isEqualTo("1,2");
      }
    }
  }

  /** Inserts a row while a stream runs, which ends when the row is durable. */
  private Cli.Result streamed(TestPostgres server, int id) throws InterruptedException {
    var shown = new AtomicReference<Cli.Result>();
    var stream = Thread.ofPlatform().start(() -> shown.set(cli().run("wal", "stream", "--json")));
    server.psql("insert into orders values (" + id + ")");
    var written = server.psql("select pg_current_wal_lsn()").strip();
    var question = "select count(*) from pg_replication_slots where active and restart_lsn >= '"
        + written + "'";
    while (!server.psql(question).strip().equals("1")) {
      Thread.sleep(50); // the server says how far it is durable; there is nothing else to wait on
    }
    stream.interrupt();
    stream.join();
    assertThat(shown.get().exit()).as(shown.get().err()).isZero();
    return shown.get();
  }

  private Path newestPart() throws IOException {
    try (var files = Files.walk(directory.resolve("repository/wal"))) {
      return files
          .filter(file -> file.toString().endsWith(".part"))
          .max(Comparator.comparing(Path::toString))
          .orElseThrow();
    }
  }

  private static void flipABit(Path file) throws IOException {
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }

  private static void clear(Path data) throws IOException {
    try (var files = Files.walk(data)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Cli cli() {
    return new Cli(directory).with("XDG_STATE_HOME", directory.resolve("state").toString());
  }
}
