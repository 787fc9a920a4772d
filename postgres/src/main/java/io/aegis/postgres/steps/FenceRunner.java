package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.SOURCE_STILL_RUNS;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.server.Binaries;
import io.aegis.postgres.server.LocalServer;
import io.aegis.postgres.server.Postmaster;
import io.aegis.postgres.server.SocketDirectory;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.steps.PostgresStep.FenceSource;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.recovery.Probe;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The old primary must not take writes while another one is made of its log: two primaries are the
 * one thing worse than none.
 */
final class FenceRunner implements StepRunner<FenceSource> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ANSWER_MILLIS = 2_000;

  private final TimeSource time;

  FenceRunner(TimeSource time) {
    this.time = time;
  }

  @Override
  public StepResult run(FenceSource step, StepContext context) throws InterruptedException {
    var primary = step.primary();
    boolean ran = runsHere(primary);
    if (ran) {
      context.log("stopping the server on " + primary.dataDirectory());
      server(primary).stop(StopMode.FAST, PATIENCE);
    }
    requireSilent(primary);
    String fact = ran ? "it ran and was stopped" : "it did not run";
    return StepResult.of("the old primary is down: " + fact)
        .warning("whatever starts " + primary.dataDirectory()
            + " by itself (systemd, a cluster manager) must be disabled");
  }

  /**
   * @throws Refused if the old primary runs, or something answers in its place
   */
  static void requireSilent(OldPrimary primary) {
    if (runsHere(primary)) {
      throw stillRuns("its postmaster runs on " + primary.dataDirectory());
    }
    if (answers(primary)) {
      throw stillRuns("something takes connections on " + address(primary));
    }
  }

  private static Refused stillRuns(String why) {
    return new Refused(Report.of(SOURCE_STILL_RUNS, "the old primary still runs")
        .why(why)
        .safe("nothing was promoted")
        .next(
            "stop it, and whatever would start it again; then resume the execution",
            "if it cannot be reached: cut it off from its clients and its storage"));
  }

  private static String address(OldPrimary primary) {
    return primary.host() + ":" + primary.port();
  }

  private static boolean runsHere(OldPrimary primary) {
    return Files.isDirectory(primary.dataDirectory())
        && Postmaster.of(primary.dataDirectory()).isPresent();
  }

  private static boolean answers(OldPrimary primary) {
    if (primary.host().startsWith("/")) {
      return false; // a socket of this machine: its server was looked for by its data directory
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(primary.host(), primary.port()), ANSWER_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private LocalServer server(OldPrimary primary) {
    var data = primary.dataDirectory();
    return new LocalServer(
        new LocalServer.Place(
            new Binaries(data),
            data,
            data.resolve("unused.log"),
            new SocketDirectory(Path.of("/"))),
        time);
  }

  /** Asks the same question as the run: it is done when the old primary is down. */
  @Override
  public Probe probe(FenceSource step, StepContext context) {
    var primary = step.primary();
    return runsHere(primary) || answers(primary)
        ? new Probe.NotBegun()
        : new Probe.Done(StepResult.of("the old primary is down"));
  }
}
