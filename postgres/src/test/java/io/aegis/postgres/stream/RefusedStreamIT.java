package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.testing.Program;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.Inventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import io.aegis.repository.Repository;
import io.aegis.repository.testing.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clones of a protected server, which must not get into its log, nor keep any for it. */
@RequiresPart("postgres-17")
class RefusedStreamIT {
  private static final Timeline ONE = new Timeline(1);

  @TempDir
  Path directory = Path.of("set by JUnit");

  private Repository repository = TestRepository.inMemory().open();
  private final List<AutoCloseable> servers = new ArrayList<>();

  @BeforeEach
  void open_a_repository() {
    repository = TestRepository.inMemory().open();
  }

  @AfterEach
  void close_everything() throws Exception {
    for (var server : servers) {
      server.close();
    }
    repository.close();
  }

  // Red when: Continuity.judge does not compare the server's position with the stored one, or the
  // slot is made before it judges and not dropped again.
  @Test
  void t27_a_server_that_was_set_back_is_refused_and_nothing_is_overwritten() throws IOException {
    var server = started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    var old = copied(server);
    try (var stream = new RunningStream(repository, server)) {
      server.psql("insert into t values (1)");
      stream.awaitAll(server);
    }
    server.stop(Stop.FAST);
    var before = inventory(server);
    Files.deleteIfExists(old.resolve("postmaster.pid"));
    var copy = adopt(17, old);
    try (var stream = new RunningStream(repository, copy)) {
      var failure = (Refused) stream.awaitFailure();
      assertThat(failure.code())
          .isIn(PostgresCode.LOG_WENT_BACK, PostgresCode.WAL_NOT_A_CONTINUATION);
    }
    assertThat(slots(copy)).isEmpty();
    assertThat(inventory(server)).isEqualTo(before);
  }

  // Red when: bytes are stored before the scanner has read them, or the slot that was made for
  // them is not dropped again.
  @Test
  void t27_a_copy_that_went_its_own_way_is_refused_and_nothing_is_overwritten() throws IOException {
    var server = started(TestPostgres.of(17));
    server.psql("create table t(id int)");
    var other = copied(server);
    try (var stream = new RunningStream(repository, server)) {
      server.psql("insert into t values (1)");
      stream.awaitAll(server);
    }
    server.stop(Stop.FAST);
    var before = inventory(server);
    var copy = adopt(17, other);
    copy.psql("create table elsewhere as select generate_series(1, 100000)");
    try (var stream = new RunningStream(repository, copy)) {
      var failure = (Refused) stream.awaitFailure();
      assertThat(failure.code()).isEqualTo(PostgresCode.WAL_NOT_A_CONTINUATION);
    }
    assertThat(slots(copy)).isEmpty();
    var after = inventory(server);
    assertThat(after.timeline(ONE).pieces()).isEqualTo(before.timeline(ONE).pieces());
  }

  // Red when: the slot is dropped on every refusal, whoever made it.
  @Test
  void a_refused_stream_leaves_a_slot_that_it_did_not_make() throws IOException {
    var server = started(TestPostgres.of(17));
    var other = copied(server);
    try (var stream = new RunningStream(repository, server)) {
      server.psql("create table here()");
      stream.awaitAll(server);
    }
    server.stop(Stop.FAST);
    var copy = adopt(17, other);
    copy.psql("select pg_create_physical_replication_slot('aegis', true)");
    copy.psql("create table elsewhere as select generate_series(1, 100000)");
    try (var stream = new RunningStream(repository, copy)) {
      assertThat(stream.awaitFailure()).isInstanceOf(Refused.class);
    }
    assertThat(slots(copy)).isEqualTo("aegis");
  }

  private Path copied(TestPostgres server) {
    server.stop(Stop.FAST);
    var copy = directory.resolve("copy");
    Program.of(List.of("cp", "-a", server.dataDirectory().toString(), copy.toString()))
        .run()
        .orFail();
    server.start();
    return copy;
  }

  private static String slots(TestPostgres server) {
    return server.psql("select slot_name from pg_replication_slots").strip();
  }

  private TestPostgres started(TestPostgres.Setup setup) {
    var server = setup.start();
    servers.add(server);
    return server;
  }

  private TestPostgres adopt(int major, Path data) {
    var server = TestPostgres.of(major).adopt(data);
    servers.add(server);
    server.start();
    return server;
  }

  private Inventory inventory(TestPostgres server) {
    var archive = new WalArchive(repository.records());
    return archive.inventory(archive.claim(root(server)).orElseThrow());
  }

  private static Incarnation root(TestPostgres server) {
    return Incarnation.rootOf(SystemIdentifier.parse(server.control("Database system identifier")));
  }
}
