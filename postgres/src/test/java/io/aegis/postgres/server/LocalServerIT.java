package io.aegis.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.RunningServer;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalServerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir
  Path temporary;

  private final TimeSource time = TimeSource.system();
  private SocketDirectory sockets = new SocketDirectory(Path.of("unset"));

  @AfterEach
  void removeSockets() {
    sockets.remove();
  }

  private LocalServer serverOn(TestPostgres cluster) {
    sockets = SocketDirectory.of(cluster.dataDirectory(), Path.of("/tmp"));
    return new LocalServer(
        new LocalServer.Place(
            new Binaries(cluster.binDirectory()),
            cluster.dataDirectory(),
            cluster.dataDirectory().resolve("server.log"),
            sockets),
        time);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 17, 18})
  void a_server_starts_takes_queries_over_its_private_socket_and_stops(int major) throws Exception {
    try (var cluster = TestPostgres.of(major).create()) {
      var server = serverOn(cluster);
      assertThat(server.place().binaries().version(Account.own()).major()).isEqualTo(major);
      server.start(PATIENCE);
      var pid = server.running().orElseThrow().pid();
      server.start(PATIENCE); // a second process that comes to it finds it running
      assertThat(server.running().orElseThrow().pid()).isEqualTo(pid);
      try (var connection = server.connect("postgres", TestPostgres.SUPERUSER)) {
        assertThat(ReplayState.ask(connection)).isInstanceOf(ReplayState.Writable.class);
        try (var rows = connection.createStatement().executeQuery("SELECT repeat('x', 3000000)")) {
          rows.next();
          assertThat(rows.getString(1)).hasSize(3_000_000);
        }
      }
      server.stop(StopMode.FAST, PATIENCE);
      assertThat(server.running()).isEmpty();
      assertThat(cluster.processes()).isEmpty();
    }
  }

  // Red when: LocalServer.launch leaves the environment as it is.
  @Test
  void a_server_does_not_inherit_what_aegis_was_given_in_its_environment() throws Exception {
    var kept = "(PATH|HOME|LANG|LANGUAGE|TZ|LD_LIBRARY_PATH|LC_\\w+)";
    assertThat(System.getenv().keySet()).anyMatch(name -> !name.matches(kept));
    try (var cluster = TestPostgres.of(17).create()) {
      var server = serverOn(cluster);
      server.start(PATIENCE);
      var pid = server.running().orElseThrow().pid();
      var inherited = Files.readString(Path.of("/proc", Long.toString(pid), "environ"));
      server.stop(StopMode.FAST, PATIENCE);
      assertThat(inherited.split("\0", -1))
          .contains("PATH=" + System.getenv("PATH"))
          .allMatch(entry -> entry.isEmpty() || entry.matches(kept + "=(?s:.*)"));
    }
  }

  @Test
  void a_process_id_that_belongs_to_somebody_else_now_is_not_signalled() throws Exception {
    // Red when: Postmaster.of believes the process id without looking at its working directory.
    try (var cluster = TestPostgres.of(17).create()) {
      var bystander = new ProcessBuilder("sleep", "60").start();
      try {
        Files.writeString(
            cluster.dataDirectory().resolve("postmaster.pid"),
            bystander.pid() + "\n" + cluster.dataDirectory() + "\n1795424018\n5432\n\n\n\nready\n");
        var server = serverOn(cluster);
        assertThat(server.running()).isEmpty();
        server.stop(StopMode.KILL, Duration.ofMillis(100));
        assertThat(bystander.isAlive()).isTrue();
      } finally {
        bystander.destroyForcibly();
        Files.delete(cluster.dataDirectory().resolve("postmaster.pid"));
      }
    }
  }

  @Test
  void a_server_that_does_not_start_is_reported_with_its_own_last_words() throws Exception {
    try (var cluster = TestPostgres.of(17).create()) {
      Files.writeString(
          cluster.dataDirectory().resolve("postgresql.conf"),
          "shared_preload_libraries = 'no_such_library'\n",
          StandardOpenOption.APPEND);
      assertThatThrownBy(() -> serverOn(cluster).start(PATIENCE))
          .isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
            assertThat(failure.code()).isEqualTo(PostgresCode.SERVER_NOT_STARTED);
            assertThat(failure.report().why()).contains("no_such_library");
          });
    }
  }

  @Test
  void a_connection_that_is_refused_says_why() throws Exception {
    try (var cluster = TestPostgres.of(17).create()) {
      var server = serverOn(cluster);
      server.start(PATIENCE);
      assertThatThrownBy(() -> server.connect("postgres", "nobody"))
          .isInstanceOfSatisfying(
              Failure.Unavailable.class,
              failure -> assertThat(failure.report().why()).contains("\"nobody\""));
      server.stop(StopMode.IMMEDIATE, PATIENCE);
    }
  }

  @Test
  void programs_that_are_not_there_are_refused_before_anything_else() {
    assertThatThrownBy(() -> new Binaries(temporary).version(Account.own()))
        .isInstanceOfSatisfying(
            Failure.Refused.class,
            failure -> assertThat(failure.code()).isEqualTo(PostgresCode.BINARIES_UNUSABLE));
  }

  @Test
  void a_server_that_is_crashed_leaves_no_shared_memory_behind() throws Exception {
    // Red when: Postmaster.crash does not free the interlock.
    try (var cluster = TestPostgres.of(17).start()) {
      var postmaster = Postmaster.of(cluster.dataDirectory()).orElseThrow();
      var interlock = Interlock.of(cluster.dataDirectory(), postmaster.pid()).orElseThrow();
      interlock.free();
      assertThat(segments()).contains(interlock.id()); // a server is attached to it

      RunningServer.on(cluster.dataDirectory()).orElseThrow().crash();

      assertThat(segments()).doesNotContain(interlock.id());
    }
  }

  private static List<Long> segments() throws IOException {
    return Files.readAllLines(Path.of("/proc/sysvipc/shm")).stream()
        .skip(1)
        .map(line -> Long.valueOf(line.strip().split(" +", 3)[1]))
        .toList();
  }
}
