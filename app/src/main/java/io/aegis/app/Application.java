package io.aegis.app;

import io.aegis.app.OpenRepository.Outside;
import io.aegis.app.wiring.LossWiring;
import io.aegis.kernel.Failure;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.DatabaseLoss;
import io.aegis.postgres.Moments;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.Target;
import io.aegis.postgres.WalDurability;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.SlotLife;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.EnvironmentName;
import io.aegis.recovery.Estimates;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Step.Work.Approval;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parts of one application, each made when it is first asked for, all closed with this. */
public final class Application implements AutoCloseable {
  /** How often an idle server's silence is recorded: the finest an RPO can be told on one. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  /** A step that the world was changed by. */
  private static final Set<StepState> DONE =
      Set.of(StepState.SUCCEEDED, StepState.SUCCEEDED_WITH_WARNING);

  private final Configuration configuration;
  private final Outside outside;
  private final Holdings holdings;

  private Application(Configuration configuration, Outside outside, Holdings holdings) {
    this.configuration = configuration;
    this.outside = outside;
    this.holdings = holdings;
  }

  /**
   * Opens the repository of the application; nothing else is touched yet.
   *
   * @throws io.aegis.kernel.Failure.Refused if there is none, or the key is another one's
   */
  public static Application open(Configuration configuration, Outside outside) {
    return new Application(
        configuration, outside, Holdings.open(configuration.essentials(), outside));
  }

  public Configuration configuration() {
    return configuration;
  }

  public OpenRepository repository() {
    return holdings.repository();
  }

  /** The database that is protected; no connection is made yet. */
  public PostgresCluster cluster() {
    return cluster(configuration, outside);
  }

  /** The database that is protected, without the repository: for checks while that is away. */
  public static PostgresCluster cluster(Configuration configuration, Outside outside) {
    return Holdings.cluster(configuration.database(), outside);
  }

  /** The stream that protects the database continuously; runs when it is told to. */
  public WalStream walStream() {
    var repository = repository();
    var streaming = configuration.database().streaming();
    return new WalStream(
        repository.repository(),
        cluster().connection(),
        new WalStream.Settings(
            streaming.slot(), SlotLife.KEPT, streaming.durableEvery(), HEARTBEAT),
        repository.ports(),
        backups().cluster(),
        Optional.of(configuration.database().name()));
  }

  /** The snapshots of the database. */
  public BaseBackups backups() {
    return holdings.backups();
  }

  /** The moments that the database can be brought to. */
  public Moments moments() {
    return holdings.moments();
  }

  /**
   * What a snapshot rests on: the stream that runs, or one that lasts as long as the snapshot.
   *
   * @param listener told what such a stream does
   */
  public WalDurability durability(WalStream.Listener listener) {
    return walStream().durability(listener);
  }

  /** What cannot be read in the repository, and does not stop a recovery. */
  public List<String> warnings() {
    return holdings.warnings();
  }

  /** The executions of this repository, to be led from here. */
  public Executions executions() {
    return repository()
        .executions(outside.around(), configuration.recovery().approval().escalateAfter());
  }

  /**
   * Plans how the database comes back to a moment that was resolved; only reads.
   *
   * @param into the data directory to make; a new one where nobody named one
   */
  public Plan plan(Target target, PlannedTarget planned, Optional<Path> into) {
    var wiring = new LossWiring(configuration, outside.time().now());
    Path directory = wiring.directory(into);
    var plan = loss()
        .plan(wiring.header(target, planned), planned, wiring.request(directory, shortTemporary()));
    return warned(plan);
  }

  /** What is broken in the repository and does not stop the recovery is said before it begins. */
  private Plan warned(Plan plan) {
    var warnings = new ArrayList<>(plan.warnings());
    warnings.addAll(warnings());
    return new Plan(plan.header(), plan.steps(), warnings);
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if the plan would be refused by its first steps as
   *     this machine is now; nothing was begun then, and nothing has to be cancelled
   */
  public void requireRestorable(Plan plan) {
    var refusal = loss().refusal(plan);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  /** What carrying out a saved plan takes away now, and the plan does not say. */
  public List<String> news(Plan plan) {
    return loss().costs(plan).stream()
        .filter(cost -> !plan.warnings().contains(cost))
        .toList();
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if a saved plan is no recovery, if it would promote or
   *     open with fewer approvals before it than the environment's policy asks for now, or another
   *     role's, or if it is not as Aegis makes it
   */
  public void requirePolicy(Plan plan) {
    requireRecovery(plan.header());
    loss().promotions(plan).forEach(promotion -> requireApprovals(plan, promotion));
    loss().requireWhole(plan);
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if a saved plan is another application's, or has other
   *     objectives: it would pass by a recovery of this one that is running, and measure itself
   *     against what nobody agreed to
   */
  public void requireOwn(Plan plan) {
    var own = new LossWiring(configuration, outside.time().now());
    var header = plan.header();
    if (!header.application().equals(own.application())
        || !header.environment().equals(own.environment())
        || !header.objectives().equals(own.objectives())) {
      throw new Failure.Refused(Report.of(
              AppCode.POLICY_NOT_MET,
              "this plan is of another application, or for other objectives")
          .why("it is of " + words(header.application(), header.environment(), header.objectives())
              + "; aegis.yaml is of "
              + words(own.application(), own.environment(), own.objectives()))
          .safe("nothing was begun")
          .next("compute a new plan: aegis plan -O <file>", "name its configuration: -c <file>"));
    }
  }

  private static String words(
      ApplicationName application, EnvironmentName environment, Plan.Objectives objectives) {
    return application + "/" + environment + ", RTO " + HumanTime.of(objectives.rto()) + ", RPO "
        + HumanTime.of(objectives.rpo());
  }

  /**
   * The same of a plan that was begun: whoever has the key can have put it there. What was promoted
   * already was so by the policy of then.
   *
   * @throws io.aegis.kernel.Failure.Refused if it is not to be gone on with
   */
  public void requirePolicy(Execution execution) {
    var plan = execution.plan();
    repository().catalog().requireAll(plan);
    boolean promoted = loss().promotions(plan).stream()
        .anyMatch(step -> DONE.contains(execution.step(step).state()));
    if (promoted) {
      requireRecovery(plan.header());
      loss().requireWhole(plan);
    } else {
      requirePolicy(plan);
    }
  }

  private void requireApprovals(Plan plan, StepId promotion) {
    var policy = configuration.recovery().approval();
    int asked = plan.approvalsBefore(promotion).stream()
        .filter(approval -> approval.role().equals(new Role(policy.role())))
        .mapToInt(Approval::needed)
        .max()
        .orElse(0);
    if (asked < policy.count()) {
      throw new Failure.Refused(Report.of(
              AppCode.POLICY_NOT_MET,
              "this plan asks for " + asked + " approvals of role " + policy.role()
                  + " before its step " + promotion + ", not " + policy.count())
          .why("so many are asked for by the policy of '" + plan.header().environment()
              + "' in aegis.yaml")
          .safe("nothing was done")
          .next(
              "compute a new plan: aegis plan -O <file>",
              "if it was begun: aegis execution cancel <execution> --reason \"…\""));
    }
  }

  /** Its steps change the real thing whatever it is for; a drill only leaves some of them out. */
  private static void requireRecovery(Plan.Header header) {
    if (header.purpose() != Plan.Purpose.RECOVERY) {
      throw new Failure.Refused(Report.of(AppCode.POLICY_NOT_MET, "this plan is not for a recovery")
          .why("it says that its purpose is " + header.purpose() + ", where steps are left out")
          .safe("nothing was begun")
          .next("compute a new plan: aegis plan -O <file>"));
    }
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if root would run programs, or write into places, that
   *     a plan names and this configuration does not: whoever saved that plan, or has the key, can
   *     have made it so
   */
  public void requireFamiliar(Plan plan) {
    var wiring = new LossWiring(configuration, outside.time().now());
    var strange = loss().strange(plan, usual(wiring));
    if (!strange.isEmpty()) {
      throw new Failure.Refused(
          Report.of(AppCode.PLAN_STRANGE, "root does not carry out a plan that was made elsewhere")
              .why("it differs from this aegis.yaml: " + String.join("; ", strange))
              .safe("nothing was done")
              .next(
                  "carry it out as the account that made or began it",
                  "name its configuration: -c <file>",
                  "if the plan is right as it is, such as one for a place that you named with"
                      + " --into: add --as-planned"));
    }
  }

  /**
   * Whether a recovery as it is configured could give its database to the account that is to run
   * it; asks this machine alone.
   */
  public static Readiness ownership(Configuration configuration, Instant now) {
    return DatabaseLoss.ownership(usual(new LossWiring(configuration, now)));
  }

  /** What is asked for where nobody names a place. */
  private static DatabaseLoss.Request usual(LossWiring wiring) {
    return wiring.request(wiring.directory(Optional.empty()), shortTemporary());
  }

  private DatabaseLoss loss() {
    var repository = repository();
    var records = repository.repository().records();
    return new DatabaseLoss(repository.repository(), Estimates.in(records), repository.ports());
  }

  /** Sockets lie in a path of at most 107 bytes: below the system's temporary directory. */
  private static Path shortTemporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  @Override
  public void close() {
    holdings.close();
  }
}
