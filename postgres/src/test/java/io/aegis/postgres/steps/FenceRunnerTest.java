package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.server.MachineName;
import io.aegis.postgres.steps.AddressProbe.Answer;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.recovery.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FenceRunnerTest {
  /** RFC 2606: a name that no resolver knows. */
  private static final String NOWHERE = "db-1.invalid";

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir
  Path directory;

  private OldPrimary.Here here(String host, int port) {
    return new OldPrimary.Here(MachineName.here(), directory.resolve("gone"), host, port);
  }

  @Test
  void an_address_that_refuses_is_down_and_one_that_answers_is_not() throws IOException {
    int port;
    try (var server = new ServerSocket(0, 5, HERE)) {
      port = server.getLocalPort();
      assertThat(new AddressProbe(HERE.getHostAddress(), port).ask())
          .isInstanceOf(Answer.TakesConnections.class);
      assertThatThrownBy(() -> FenceRunner.requireSilent(here(HERE.getHostAddress(), port)))
          .isInstanceOfSatisfying(
              Failure.Refused.class,
              failure -> assertThat(failure.code()).isEqualTo(PostgresCode.SOURCE_STILL_RUNS));
      // Red when: a plan does not say what its step will refuse.
      assertThat(FenceRunner.taken(here(HERE.getHostAddress(), port)))
          .hasValueSatisfying(line -> assertThat(line).contains("" + port));
    }
    assertThat(FenceRunner.taken(here(HERE.getHostAddress(), port))).isEmpty();
    assertThat(new AddressProbe(HERE.getHostAddress(), port).ask())
        .isInstanceOf(Answer.NobodyListens.class);
    FenceRunner.requireSilent(here(HERE.getHostAddress(), port));
  }

  @Test
  void on_another_machine_nothing_is_looked_for_and_nothing_is_taken_for_down() throws Exception {
    // Red when: FenceRunner looks at this machine's directories whichever machine was planned on.
    var elsewhere = new OldPrimary.Here(
        new MachineName("a-machine-that-died/db-1"), directory, directory.toString(), 5432);
    assertThatThrownBy(() -> FenceRunner.requireSilent(elsewhere))
        .isInstanceOfSatisfying(Failure.Refused.class, failure -> {
          assertThat(failure.code()).isEqualTo(PostgresCode.SOURCE_UNCERTAIN);
          assertThat(failure.report().why()).contains("a-machine-that-died");
        });
    var step = new PostgresStep.FenceSource(elsewhere);
    var runner = new FenceRunner(TimeSource.system());
    assertThatThrownBy(() -> runner.run(step, new TestContext()))
        .isInstanceOf(Failure.Refused.class);
    assertThat(runner.probe(step, new TestContext())).isInstanceOf(Probe.NotBegun.class);
    // Red when: LostCluster calls the cluster at that path of this machine the one in its place.
    var lost = new LostCluster(new SystemIdentifier(4711), TimeSource.system());
    assertThat(lost.refusal(elsewhere))
        .hasValueSatisfying(
            refusal -> assertThat(refusal.code()).isEqualTo(PostgresCode.SOURCE_UNCERTAIN));
    assertThat(lost.warning(elsewhere)).isEmpty();
  }

  // Red when: FenceRunner.probe says no more than that it is down.
  @Test
  void what_starts_the_old_primary_is_named_also_if_the_process_died_while_it_was_stopped()
      throws Exception {
    int port;
    try (var server = new ServerSocket(0, 5, HERE)) {
      port = server.getLocalPort();
    }
    var step = new PostgresStep.FenceSource(here(HERE.getHostAddress(), port));
    var runner = new FenceRunner(TimeSource.system());
    var warnings = runner.run(step, new TestContext()).warnings();
    assertThat(warnings).isNotEmpty();
    assertThat(runner.probe(step, new TestContext()))
        .isInstanceOfSatisfying(
            Probe.Done.class, done -> assertThat(done.result().warnings()).isEqualTo(warnings));
  }

  // Red when: LockFile throws what is no Failure, or takes what it cannot read for no server.
  @Test
  void an_old_primary_whose_directory_cannot_be_read_is_not_taken_for_down() throws Exception {
    int port;
    try (var server = new ServerSocket(0, 5, HERE)) {
      port = server.getLocalPort();
    }
    Files.createSymbolicLink(directory.resolve("gone"), directory.resolve("gone"));
    var primary = here(HERE.getHostAddress(), port);
    var step = new PostgresStep.FenceSource(primary);
    var runner = new FenceRunner(TimeSource.system());

    assertThatThrownBy(() -> runner.run(step, new TestContext()))
        .isInstanceOfSatisfying(
            Failure.Unavailable.class,
            failure -> assertThat(failure.report().next())
                .anyMatch(line -> line.contains("recovery.fence: attested")));
    assertThat(runner.probe(step, new TestContext())).isInstanceOf(Probe.NotBegun.class);
    assertThat(new LostCluster(new SystemIdentifier(4711), TimeSource.system()).refusal(primary))
        .isEmpty();
  }

  @Test
  void a_socket_of_this_machine_is_asked_too() throws IOException {
    // Red when: AddressProbe takes the directory of a socket for silent.
    int port = 5432;
    var probe = new AddressProbe(directory.toString(), port);
    assertThat(probe.ask()).isInstanceOf(Answer.NobodyListens.class);
    var address = UnixDomainSocketAddress.of(directory.resolve(".s.PGSQL." + port));
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      assertThat(probe.ask()).isInstanceOf(Answer.TakesConnections.class);
    }
    assertThat(Files.exists(address.getPath())).isTrue(); // as after a kill -9
    assertThat(probe.ask()).isInstanceOf(Answer.NobodyListens.class);
  }

  @Test
  void silence_is_no_answer() throws IOException {
    // Red when: AddressProbe takes every failure to connect for a server that is down.
    try (var full = new ServerSocket(0, 1, HERE)) {
      var waiting = new ArrayList<Socket>();
      try {
        fill(full, waiting);
        assertThat(new AddressProbe(HERE.getHostAddress(), full.getLocalPort()).ask())
            .isInstanceOf(Answer.CannotTell.class);
      } finally {
        for (var socket : waiting) {
          socket.close();
        }
      }
    }
    assertThat(new AddressProbe(NOWHERE, 5432).ask()).isInstanceOf(Answer.CannotTell.class);
  }

  /** Connects until the kernel drops what comes next, as a firewall does. */
  private static void fill(ServerSocket full, List<Socket> waiting) throws IOException {
    while (true) {
      var socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(new InetSocketAddress(HERE, full.getLocalPort()), 500);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  @Test
  void what_cannot_be_told_is_refused_unless_a_person_has_said_it() {
    // Red when: FenceRunner promotes beside a primary of which nothing is known.
    assertThatThrownBy(() -> FenceRunner.requireSilent(here(NOWHERE, 5432)))
        .isInstanceOfSatisfying(Failure.Unavailable.class, failure -> {
          assertThat(failure.code()).isEqualTo(PostgresCode.SOURCE_UNCERTAIN);
          assertThat(failure.report().next()).anyMatch(next -> next.contains("fence: attested"));
        });
    assertThatCode(() -> FenceRunner.requireSilent(new OldPrimary.Elsewhere(NOWHERE, 5432)))
        .doesNotThrowAnyException();
  }

  @Test
  void a_person_who_says_that_it_is_down_is_not_believed_while_it_answers() throws IOException {
    try (var server = new ServerSocket(0, 5, HERE)) {
      var alive = new OldPrimary.Elsewhere(HERE.getHostAddress(), server.getLocalPort());
      assertThatThrownBy(() -> FenceRunner.requireSilent(alive))
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("still runs");
    }
  }
}
