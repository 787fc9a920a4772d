package io.aegis.recovery.execution;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Json;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Report;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.EnvironmentName;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Person;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Scenario;
import io.aegis.recovery.Step;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.journal.History;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A repository, a world and a clock, in which processes come and go. */
final class Site {
  static final Person ALICE =
      new Person("os:alice@db-1", Set.of(new Role("operator"), new Role("incident-commander")));
  static final Person BOB =
      new Person("os:bob@db-2", Set.of(new Role("approver"), new Role("incident-commander")));
  static final Person CAROL = new Person("os:carol@db-3", Set.of(new Role("approver")));

  final FakeTime time = new FakeTime();
  final FakeRecords records = new FakeRecords(time);
  final FakeRegister register = new FakeRegister(time);
  final FakeProcesses processes = new FakeProcesses();
  final World world = new World();
  private final Map<ExecutionId, FakeLocal> locals = new ConcurrentHashMap<>();
  private final Random random;
  private Milestones milestones = Milestones.UNWATCHED;
  private Plan.Purpose purpose = Plan.Purpose.RECOVERY;

  Site() {
    this(1);
  }

  Site(long seed) {
    this.random = new Random(seed);
  }

  Site milestones(Milestones next) {
    milestones = next;
    return this;
  }

  Site purpose(Plan.Purpose next) {
    purpose = next;
    return this;
  }

  FakeLocal local(ExecutionId id) {
    return locals.computeIfAbsent(id, ignored -> new FakeLocal());
  }

  /** The executions as a new process sees them, its steps run one at a time. */
  JournalledExecutions process() {
    return process(new JournalledExecutions.Surroundings(
        processes, this::local, () -> new InlineLanes(random, time)));
  }

  /** The same with real threads. */
  JournalledExecutions threadedProcess() {
    return process(
        new JournalledExecutions.Surroundings(processes, this::local, () -> new ThreadLanes(8)));
  }

  private JournalledExecutions process(JournalledExecutions.Surroundings surroundings) {
    var ports = new Executions.Ports(
        records,
        register,
        Path.of("unused"),
        time,
        random::nextBytes,
        name -> milestones.reach(name));
    return new JournalledExecutions(ports, world.catalog(), surroundings);
  }

  Plan plan(Step... steps) {
    return plan(List.of(steps));
  }

  Plan plan(List<Step> steps) {
    var header = new Plan.Header(
        Scenario.DATABASE_LOSS,
        purpose,
        new ApplicationName("shop"),
        new EnvironmentName("prod"),
        new Plan.Objectives(Duration.ofMinutes(15), Duration.ofSeconds(60)),
        new Role("incident-commander"),
        time.now(),
        Json.object().with("into", "/srv/shop"));
    return new Plan(header, steps, List.of());
  }

  Executions.Declaration declared(Plan plan) {
    return new Executions.Declaration(plan, ALICE, time.now(), "the disk is gone");
  }

  ExecutionId start(Step... steps) {
    return process().start(declared(plan(steps)));
  }

  Execution run(ExecutionId id) {
    return run(id, Patience.RETURN);
  }

  Execution run(ExecutionId id, Patience patience) {
    try {
      return process().run(id, ALICE, patience, Watcher.NOBODY);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a test", e);
    }
  }

  void ask(ExecutionId id, Person person, Executions.Request request) {
    try {
      process().ask(id, person, request);
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts a test", e);
    }
  }

  History history(ExecutionId id) {
    return History.read(records, id);
  }

  static Refused refusal(String what) {
    return new Refused(Report.of(RecoveryCode.NOT_NOW, what).next("mend it"));
  }
}
