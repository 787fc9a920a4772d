package io.aegis.app.wiring;

import io.aegis.app.Configuration;
import io.aegis.app.Configuration.Address;
import io.aegis.kernel.Json;
import io.aegis.postgres.DatabaseLoss.Approval;
import io.aegis.postgres.DatabaseLoss.Checks;
import io.aegis.postgres.DatabaseLoss.Invariant;
import io.aegis.postgres.DatabaseLoss.Place;
import io.aegis.postgres.DatabaseLoss.Request;
import io.aegis.postgres.DatabaseLoss.SmokeTest;
import io.aegis.postgres.DatabaseLoss.Source;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.Target;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.EnvironmentName;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Scenario;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Says in the words of scenario database-loss what {@code aegis.yaml} says. */
public record LossWiring(Configuration configuration, Instant now) {
  private static final Role OPERATOR = new Role("operator");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  public Plan.Header header(Target target, PlannedTarget planned) {
    return new Plan.Header(
        Scenario.DATABASE_LOSS,
        Plan.Purpose.RECOVERY,
        application(),
        environment(),
        objectives(),
        approverRole(),
        now,
        described(target, planned));
  }

  public ApplicationName application() {
    return new ApplicationName(configuration.application().name());
  }

  public EnvironmentName environment() {
    return new EnvironmentName(configuration.application().environment());
  }

  public Plan.Objectives objectives() {
    var objectives = configuration.objectives();
    return new Plan.Objectives(objectives.rto(), objectives.rpo());
  }

  /** Where it stands and into what it comes is added by who makes the steps. */
  private static Json.Obj described(Target target, PlannedTarget planned) {
    var text = Json.object().with("to", target.text());
    return planned.lastIncluded() instanceof Edge.Commit commit
        ? text.with("last transaction", commit.xid() + " at " + commit.time())
        : text;
  }

  /** A new directory, unless one was named. */
  public Path directory(Optional<Path> named) {
    return named.orElseGet(() -> configuration
        .recovery()
        .directory()
        .resolve(configuration.application().name() + "-" + STAMP.format(now)));
  }

  public Request request(Path into, Path sockets) {
    var database = configuration.database();
    var place = new Place(
        into,
        Map.of(),
        database.binDirectory(),
        sockets,
        database.connection().user(),
        database.connection().database(),
        database.workers(),
        configuration.recovery().account(),
        apart());
    var approval = configuration.recovery().approval();
    return new Request(
        place, source(), checks(), new Approval(approverRole(), approval.count(), OPERATOR));
  }

  /** Also where the old primary was elsewhere: a database may live at that path here, too. */
  private List<Path> apart() {
    var live = configuration.database().dataDirectory();
    return switch (configuration.repository().place()) {
      case Configuration.Place.Directory(var repository) -> List.of(live, repository);
      case Configuration.Place.Bucket _ -> List.of(live);
    };
  }

  private Role approverRole() {
    return new Role(configuration.recovery().approval().role());
  }

  private Source source() {
    var database = configuration.database();
    String host = switch (database.connection().address()) {
      case Address.Tcp(var name, var _) -> name;
      case Address.Socket(var directory, var _) -> directory.toString();
    };
    int port = switch (database.connection().address()) {
      case Address.Tcp tcp -> tcp.port();
      case Address.Socket socket -> socket.port();
    };
    return switch (configuration.recovery().fence()) {
      case STOP -> new Source.Here(database.dataDirectory(), host, port);
      case ATTESTED -> new Source.Elsewhere(host, port);
    };
  }

  private Checks checks() {
    var verification = configuration.recovery().verification();
    var invariants = verification.invariants().stream()
        .map(one -> new Invariant(
            one.name(), configuration.database().connection().database(), one.sql(), one.expect()))
        .toList();
    SmokeTest smokeTest = switch (verification.smokeTest()) {
      case Configuration.SmokeTest.None() -> new SmokeTest.None();
      case Configuration.SmokeTest.Script(var file) -> script(file);
    };
    return new Checks(invariants, verification.limit(), smokeTest);
  }

  private SmokeTest script(Path file) {
    Path directory = Optional.ofNullable(file.getParent()).orElse(Path.of("/"));
    String quoted = "'" + file.toString().replace("'", "'\\''") + "'";
    return new SmokeTest.Script(
        quoted, directory, configuration.recovery().verification().limit());
  }
}
