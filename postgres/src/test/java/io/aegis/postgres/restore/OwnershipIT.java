package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.FreePort;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.feed.Spool;
import io.aegis.postgres.feed.WalFeeder;
import io.aegis.postgres.feed.WalFileName;
import io.aegis.postgres.server.Binaries;
import io.aegis.postgres.server.LocalServer;
import io.aegis.postgres.server.LocalServer.Door;
import io.aegis.postgres.server.Postmaster;
import io.aegis.postgres.server.ReplayState;
import io.aegis.postgres.server.SocketDirectory;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whose a restored database is. Run as root, it becomes another account's, and that one's server
 * runs on it; run as anybody else, it becomes theirs, and giving it away is refused.
 */
class OwnershipIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SEGMENT = 16 << 20;

  /** An account that every machine has, and that is not ours. */
  private static final String OTHER = "nobody";

  @TempDir
  Path home;

  private final TimeSource time = TimeSource.system();

  @BeforeEach
  void letOthersIn() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static boolean weAreRoot() {
    return Account.own().isRoot();
  }

  /** Programs that any account can run: those of the cache lie in a home directory. */
  private Path programs(SourceCluster source) {
    var all = home.resolve("programs");
    if (Files.notExists(all)) {
      var installed = source.server().binDirectory().resolveSibling("");
      Program.of("cp", "-rL", installed.toString(), all.toString()).run().orFail();
    }
    return all.resolve("bin");
  }

  private Goal goal(SourceCluster source, String account) throws Exception {
    var plain = source.goal(home.resolve("given/away/restored"), source.begin(), Stop.AFTER);
    return goal(plain, account);
  }

  private static Goal goal(Goal plain, String account) {
    return new Goal(
        plain.target(),
        plain.tablespaces(),
        plain.incarnation(),
        plain.stopAt(),
        plain.stop(),
        plain.timeline(),
        account,
        plain.apart());
  }

  private RestorePlan plan(SourceCluster source, Goal goal, Path binaries) throws Exception {
    return new RestorePlanner(source.snapshot(), source.origin(), new Binaries(binaries))
        .plan(goal, SEGMENT);
  }

  @Test
  void what_root_restores_belongs_to_the_account_and_its_server_runs_on_it() throws Exception {
    // Red when: DurableFiles or Spool does not have what it made adopted (files are root's), or
    // Binaries.command asks for a user namespace (the server does not start).
    try (var source = SourceCluster.of(17, home.resolve("source"))) {
      source.backUp();
      var wanted = source.insert(1001, 2000);
      source.archiveAll();
      String account = weAreRoot() ? OTHER : "";
      var plain = goal(source, account);
      var stop = source.lastCommitBefore(wanted);
      var goal = goal(source.goal(plain.target(), stop, Stop.AFTER), account);
      var plan = plan(source, goal, programs(source));
      assertThat(plan.refusal()).isEmpty();
      new Restore(plan, source.snapshot(), Milestones.UNWATCHED, "run-1").run(2, Progress.SILENT);
      assertOwner(home.resolve("given"), goal.owner());

      var server = new LocalServer(
          new LocalServer.Place(
              new Binaries(programs(source)),
              goal.target(),
              goal.target().resolve("aegis/server.log"),
              SocketDirectory.of(goal.target(), Path.of("/tmp"))),
          time);
      try {
        recover(source, goal, server);
        new RestoredCluster(goal).open();
        assertOwner(goal.target(), goal.owner());
        socketsInside(goal.target());
        server.start(Door.AS_CONFIGURED, PATIENCE);
        assertThat(Files.getAttribute(
                Path.of("/proc/" + Postmaster.of(goal.target()).orElseThrow().pid()), "unix:uid"))
            .isEqualTo(goal.owner().user());
      } finally {
        server.stop(StopMode.FAST, PATIENCE);
        server.place().sockets().remove();
      }
      assertOwner(goal.target(), goal.owner());
    }
  }

  /** The source's own directory of sockets is not the account's to write in. */
  private static void socketsInside(Path target) throws Exception {
    Files.writeString(
        target.resolve("postgresql.auto.conf"),
        "unix_socket_directories = '" + target + "'\n",
        StandardOpenOption.APPEND);
  }

  private void recover(SourceCluster source, Goal goal, LocalServer server) throws Exception {
    var first = WalFileName.segment(new Timeline(1), source.begin(), SEGMENT);
    try (var _ = WalFeeder.start(new Spool(goal.target()), source::fetch, first, SEGMENT, time)) {
      server.start(PATIENCE);
      try (var connection = server.connect("postgres", TestPostgres.SUPERUSER)) {
        while (!(ReplayState.ask(connection) instanceof ReplayState.Paused)) {
          time.sleep(Duration.ofMillis(20));
        }
        try (var statement = connection.createStatement()) {
          statement.execute("SELECT pg_promote()");
          statement.execute("INSERT INTO numbers VALUES (0)");
          statement.execute("ALTER SYSTEM SET port = " + FreePort.next());
          statement.execute("CHECKPOINT");
        }
      }
    }
    server.stop(StopMode.FAST, PATIENCE);
  }

  private static void assertOwner(Path tree, Account owner) throws Exception {
    try (var files = Files.walk(tree)) {
      assertThat(files.filter(file -> isOfAnother(file, owner))).isEmpty();
    }
  }

  private static boolean isOfAnother(Path file, Account owner) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && Account.ownerOf(file).user() != owner.user();
  }

  @Test
  void an_account_that_cannot_get_there_is_refused_before_anything_is_written() throws Exception {
    // Red when: RestorePlanner.plan does not ask for the Ownership.
    try (var source = SourceCluster.of(17, home.resolve("source"))) {
      source.backUp();
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
      var goal = goal(source, OTHER);
      var refusal = plan(source, goal, source.server().binDirectory()).refusal();
      assertThat(refusal)
          .hasValueSatisfying(
              failure -> assertThat(failure.code()).isEqualTo(PostgresCode.ACCOUNT_UNUSABLE));
      assertThat(goal.target()).doesNotExist();
    }
  }

  @Test
  void an_account_that_this_machine_does_not_know_is_refused() throws Exception {
    try (var source = SourceCluster.of(17, home.resolve("source"))) {
      source.backUp();
      var goal = goal(source, "no-such-account");
      assertThat(plan(source, goal, source.server().binDirectory()).refusal())
          .hasValueSatisfying(
              failure -> assertThat(failure.code()).isEqualTo(PostgresCode.ACCOUNT_UNUSABLE));
    }
  }
}
