package io.aegis.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.TimeSource;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log lies where the server's account may plant links, and whoever starts the server may be
 * root. Run as root the account is another one; run as anybody else it is theirs, and the file that
 * is led to is one that they may not write.
 */
class ServerLogTest {
  private static final String SECRET = "FATAL:  the words of the key\n";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  Path home;

  private Path log = Path.of("/");
  private Path victim = Path.of("/");
  private LocalServer server = new LocalServer(place(Path.of("/")), TimeSource.system());

  private static LocalServer.Place place(Path home) {
    var data = home.resolve("data");
    return new LocalServer.Place(
        new Binaries(home.resolve("bin")),
        data,
        data.resolve("aegis/server.log"),
        SocketDirectory.of(data, Path.of("/tmp")));
  }

  @BeforeEach
  void makeADirectoryOfTheAccount() throws IOException {
    server = new LocalServer(place(home), TimeSource.system());
    log = server.place().log();
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(log.resolveSibling(""));
    give(server.place().data());
    give(log.resolveSibling(""));
    victim = Files.writeString(home.resolve("victim"), SECRET);
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("r--------"));
    program("echo FATAL: it says >&2; exit 3");
  }

  private static void give(Path made) throws IOException {
    if (Account.own().isRoot()) {
      Account.named("nobody").take(made);
    }
  }

  private void program(String text) throws IOException {
    var postgres = Files.createDirectories(home.resolve("bin")).resolve("postgres");
    Files.writeString(postgres, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(postgres, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void removeSockets() {
    server.place().sockets().remove();
  }

  private String why() {
    var said = new StringBuilder();
    assertThatThrownBy(() -> server.start(PATIENCE))
        .isInstanceOfSatisfying(
            Unavailable.class, failure -> said.append(failure.report().why()));
    return said.toString();
  }

  // Red when: LocalServer.launch opens the log itself (Redirect.appendTo): run as root, the words
  // of
  // the server stand in the victim.
  @Test
  void a_log_that_is_a_link_is_written_with_the_rights_of_the_account_and_read_by_nobody()
      throws IOException {
    Files.createSymbolicLink(log, victim);
    assertThat(why()).contains("server.log").doesNotContain("it says").doesNotContain("key");
    assertThat(victim).hasContent(SECRET);
  }

  // Red when: ServerLog.open follows links, or does not ask for a plain file of the account's.
  @Test
  @Timeout(60)
  void what_is_no_plain_file_of_the_account_has_nothing_to_say() throws IOException {
    requireNothingSaidThrough(victim);
    var theirs = Files.copy(victim, home.resolve("server.log"));
    give(theirs);
    requireNothingSaidThrough(theirs);
    Program.of("mkfifo", log.toString()).run().orFail();
    give(log);
    requireNothingSaid();
    Files.delete(log);
    give(home);
    Files.delete(log.resolveSibling(""));
    Files.createSymbolicLink(log.resolveSibling(""), home);
    requireNothingSaid();
  }

  private void requireNothingSaidThrough(Path file) throws IOException {
    Files.createSymbolicLink(log, file);
    requireNothingSaid();
    Files.delete(log);
  }

  private void requireNothingSaid() {
    assertThat(server.log().why()).isEmpty();
    assertThat(server.log().complaints()).isEmpty();
  }

  @Test
  void a_file_of_another_account_has_nothing_to_say_either() throws IOException {
    Files.writeString(log, SECRET);
    give(log);
    assertThat(server.log().complaints()).hasSize(1);
    if (Account.own().isRoot()) {
      Account.own().take(log);
      requireNothingSaid();
    }
  }

  // Red when: ServerLog.why knows no more than the log that Aegis gave the server.
  @Test
  void a_server_that_ended_in_a_log_of_its_own_is_said_to_have_gone_on_there() throws IOException {
    program("echo 'LOG:  redirecting log output to logging collector process' >&2;"
        + " echo 'HINT:  Future log output will appear in directory \"log\".' >&2; exit 1");
    assertThat(why()).contains("its log goes on in " + server.place().data().resolve("log"));
  }

  // Red when: LocalServer.launch does not put its log between itself and the server.
  @Test
  void what_the_server_says_stands_in_a_log_of_its_accounts() throws IOException {
    assertThat(why()).contains("exit status 3").contains("it says");
    assertThat(log).hasContent("FATAL: it says\n");
    assertThat(Account.ownerOf(log).user())
        .isEqualTo(Account.ownerOf(server.place().data()).user());
  }

  // Red when: LocalServer.lastWords is left out.
  @Test
  void what_keeps_the_server_from_its_log_is_said() throws IOException {
    Files.delete(log.resolveSibling(""));
    assertThat(why()).contains("server.log");
  }
}
