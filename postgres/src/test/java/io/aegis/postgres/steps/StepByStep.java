package io.aegis.postgres.steps;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.DatabaseLoss;
import io.aegis.postgres.DatabaseSteps;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.server.Binaries;
import io.aegis.postgres.server.LocalServer;
import io.aegis.postgres.server.SocketDirectory;
import io.aegis.postgres.server.StopMode;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Probe;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepCatalog;
import io.aegis.recovery.StepId;
import io.aegis.repository.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A database that is protected, and a recovery of it that a test carries out step by step. */
abstract class StepByStep {
  static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir
  Path home;

  Path target = Path.of("unset");
  Path binaries = Path.of("unset");

  @AfterEach
  void stopWhatWasStarted() throws InterruptedException {
    if (target.toFile().isDirectory()) {
      restored().stop(StopMode.IMMEDIATE, LIMIT);
      restored().place().sockets().remove();
    }
  }

  LocalServer restored() {
    return new LocalServer(
        new LocalServer.Place(
            new Binaries(binaries),
            target,
            target.resolve("aegis/server.log"),
            SocketDirectory.of(target, Path.of("/tmp"))),
        TimeSource.system());
  }

  /** One plan and what runs it. */
  record Run(Plan plan, StepCatalog catalog) {
    StepCatalog.Bound<?> step(String id) {
      return switch (plan.step(new StepId(id)).work()) {
        case Work.Action(var payload) -> catalog.bind(payload);
        case Work.Check(var payload, var _) -> catalog.bind(payload);
        case Work.Approval _, Work.Manual _, Work.Wait _ ->
          throw new AssertionError(id + " is for people");
      };
    }

    io.aegis.recovery.StepResult run(String id) throws InterruptedException {
      return step(id).run(new TestContext());
    }

    Probe probe(String id) throws InterruptedException {
      return step(id).probe(new TestContext());
    }

    void runFrom(String first, String last) throws InterruptedException {
      var ids = List.of(
          "preflight",
          "fence-source",
          "restore",
          "replay",
          "verify",
          "promote",
          "smoke-test",
          "open");
      for (String id : ids.subList(ids.indexOf(first), ids.indexOf(last) + 1)) {
        run(id);
      }
    }
  }

  Run plan(ProtectedDatabase database, io.aegis.postgres.Lsn end, String expected) {
    return plan(database, database.target(end), expected);
  }

  Run plan(ProtectedDatabase database, PlannedTarget where, String expected) {
    target = home.resolve("restored");
    binaries = database.server().binDirectory();
    var checks = new DatabaseLoss.Checks(
        List.of(new DatabaseLoss.Invariant(
            "numbers", "postgres", "SELECT max(n) FROM numbers", expected)),
        LIMIT,
        new DatabaseLoss.SmokeTest.Script(
            "echo $PGPORT; test -S $PGHOST/.s.PGSQL.$PGPORT", home, LIMIT));
    var plan = database.plan(where, target, checks);
    var catalog = StepCatalog.of(DatabaseSteps.in(database.repository(), Ports.system()));
    return new Run(Plan.parse(plan.toJson().compact(), catalog), catalog);
  }
}
