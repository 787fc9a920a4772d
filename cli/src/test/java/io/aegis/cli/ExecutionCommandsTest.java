package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.app.OpenRepository;
import io.aegis.cli.execution.Lead;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.Evidence;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Person;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Phase;
import io.aegis.recovery.Plan;
import io.aegis.recovery.PlannedWrite.Sign;
import io.aegis.recovery.Probe;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import io.aegis.recovery.StepCatalog;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.recovery.StepType;
import io.aegis.recovery.Watcher;
import io.aegis.repository.Finding;
import io.aegis.storage.StorageCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionCommandsTest {
  private static final StepType<String> NOTE =
      new StepType<>("test.note", 1, new NoteCodec(), new NoteRunner());
  private static final StepCatalog CATALOG = StepCatalog.of(List.of(NOTE));
  private static final Person BOB = new Person("os:bob@db-1", Set.of(new Role("operator")));

  @TempDir
  Path directory;

  private static final class NoteCodec implements StepType.Codec<String> {
    @Override
    public Json.Obj encode(String step) {
      return Json.object().with("text", step);
    }

    @Override
    public String decode(Json.Obj content) {
      return content.text("text");
    }
  }

  private static final class NoteRunner implements StepRunner<String> {
    @Override
    public StepResult run(String step, StepContext context) {
      return StepResult.of("noted " + step);
    }

    @Override
    public Probe probe(String step, StepContext context) {
      return new Probe.NotBegun();
    }
  }

  @BeforeEach
  void makeRepository() throws IOException {
    Files.writeString(directory.resolve("aegis.yaml"), """
        repository:
          location: store
          key: file:aegis.key
        """);
    Files.copy(
        Path.of("../app/src/test/resources/faults/right.yaml"), directory.resolve("whole.yaml"));
    var made = cli()
        .with("AEGIS_REPOSITORY_KEY", "file:aegis.key")
        .run("init", "-c", "whole.yaml", "-r", "store");
    assertThat(made.exit()).as(made.err()).isZero();
  }

  private Cli cli() {
    return new Cli(directory).with("XDG_STATE_HOME", directory.resolve("state").toString());
  }

  private static Plan.Header header() {
    return Headers.recovery(Json.object().with("moment", "2026-11-23 13:58:00 CET"));
  }

  private static Plan onlyAnApproval() {
    var approve = Step.of("approve", "agree to go on", Phase.DATABASE)
        .approval("Go on?", new Role("operator"), 1, BreakGlass.ALLOWED);
    return new Plan(header(), List.of(approve), List.of());
  }

  private static Plan plan() {
    var restore = Step.of("restore", "restore the data of shop-db", Phase.DATABASE)
        .writes(Sign.CREATE, "data directory /srv/recovered/shop", "212 GiB from snapshot 7f3")
        .action(NOTE, "restored");
    var approve = Step.of("approve", "agree to promote shop-db", Phase.DATABASE)
        .after("restore")
        .approval("Promote?", new Role("operator"), 1, BreakGlass.ALLOWED);
    var promote = Step.of("promote", "promote shop-db", Phase.DATABASE)
        .after("approve")
        .action(NOTE, "promoted");
    return new Plan(header(), List.of(restore, approve, promote), List.of("read this first"));
  }

  /** As the program has them, but of the one kind of step that these plans need. */
  private Executions executions(OpenRepository open) {
    return Executions.in(
        new Executions.Ports(
            open.repository().records(),
            open.repository().register(),
            directory.resolve("state/aegis/journal"),
            open.ports().time(),
            open.ports().entropy(),
            open.ports().milestones()),
        CATALOG);
  }

  /** Bob starts the plan and it comes to wait for an approval. */
  private ExecutionId waiting() throws InterruptedException {
    return waiting(plan());
  }

  private ExecutionId waiting(Plan plan) throws InterruptedException {
    var session = cli().session();
    try (var open = session.openRepository()) {
      var executions = executions(open);
      var id = executions.start(
          new Executions.Declaration(plan, BOB, session.time().now(), "the disk is gone"));
      executions.run(id, BOB, Patience.RETURN, Watcher.NOBODY);
      return id;
    }
  }

  @Test
  void an_execution_that_waits_is_listed_and_shown_with_what_to_type() throws Exception {
    var id = waiting();

    var listed = cli().run("execution", "list");
    var shown = cli().run("execution", "show", id.value());

    assertThat(listed.out()).contains(id.value(), "pending approval", "os:bob@db-1");
    assertThat(shown.out())
        .contains("✔", "restore the data of shop-db", "noted restored", "aegis approve " + id)
        .containsOnlyOnce("next:"); // Red when: ExecutionPage.next begins each line alike.
    var json =
        Json.parseObject(cli().run("execution", "show", id.value(), "--json").out());
    assertThat(json.text("state")).isEqualTo("PENDING_APPROVAL");
    assertThat(json.array("steps")).hasSize(3);
  }

  @Test
  void somebody_else_approves_and_the_execution_is_led_to_its_end() throws Exception {
    var id = waiting();

    var approved = cli().run("approve", id.value(), "--comment", "looked at the orders");

    assertThat(approved.exit()).as(approved.err()).isZero();
    var session = cli().session();
    try (var open = session.openRepository()) {
      var exit = new Lead(session, executions(open)).run(id, Patience.RETURN);
      assertThat(exit.number()).isZero();
    }
    var shown = cli().run("execution", "show", id.value());
    assertThat(shown.out()).contains("completed", "noted promoted").doesNotContain("next:");
    // Red when: ExecutionCancel asks before it looks.
    assertThat(cli().run("execution", "cancel", id.value(), "--reason", "x").err())
        .contains("AEG-1306")
        .doesNotContain("--yes");
    assertThat(cli().run("execution", "show", id.value(), "--evidence").out())
        .contains("looked at the orders");
  }

  // Red when: ExecutionPage.who does not look at the work of what waits.
  @Test
  void work_by_hand_may_be_confirmed_by_whoever_began_and_is_not_said_to_need_another()
      throws Exception {
    var hand = Step.of("fence", "make sure it is down", Phase.DATABASE).manual("pull the plug");
    var id = waiting(new Plan(header(), List.of(hand), List.of()));

    assertThat(cli().run("execution", "show", id.value()).out())
        .contains("aegis approve " + id + "   (when it is done)")
        .doesNotContain("somebody other than");
    assertThat(cli().as("bob").run("approve", id.value()).exit()).isZero();
  }

  /** Executions whose repository takes no requests; Ctrl-C comes as soon as one is led. */
  private record Deaf(Executions real, Session session, AtomicReference<Thread> asking)
      implements Executions {
    @Override
    public ExecutionId start(Declaration declaration) {
      return real.start(declaration);
    }

    @Override
    public Execution run(ExecutionId id, Person leader, Patience patience, Watcher watcher)
        throws InterruptedException {
      try (var _ = session.interrupts().after(Duration.ofMillis(1))) {
        while (asking.get() == null) {
          session.time().sleep(Duration.ofMillis(5));
        }
        asking.get().join();
      }
      return real.run(id, leader, patience, watcher);
    }

    @Override
    public void ask(ExecutionId id, Person person, Request request) {
      asking.set(Thread.currentThread());
      throw new Failure.Unavailable(
          Report.of(StorageCode.STORE_UNREACHABLE, "the store does not answer").next("wait"));
    }

    @Override
    public boolean isAbandoned(ExecutionId id) {
      return real.isAbandoned(id);
    }

    @Override
    public Execution show(ExecutionId id) {
      return real.show(id);
    }

    @Override
    public Listing list() {
      return real.list();
    }

    @Override
    public Listing listAfter(Execution execution) {
      return real.listAfter(execution);
    }

    @Override
    public Listing list(ApplicationName application) {
      return real.list(application);
    }

    @Override
    public List<Finding> check() {
      return real.check();
    }

    @Override
    public Evidence evidence(ExecutionId id) {
      return real.evidence(id);
    }
  }

  @Test
  void a_stop_that_cannot_be_recorded_is_said_together_with_what_ends_it_now() throws Exception {
    // Red when: Lead leaves what ask throws to its thread.
    var id = waiting(onlyAnApproval());

    var shown = cli().capture(session -> {
      try (var open = session.openRepository()) {
        var deaf = new Deaf(executions(open), session, new AtomicReference<>());
        return new Lead(session, deaf).run(id, Patience.RETURN).number();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });

    assertThat(shown.exit()).isEqualTo(20);
    assertThat(shown.err())
        .contains("could not be recorded", "the store does not answer", "Ctrl-C once more");
  }

  @Test
  void declining_needs_a_reason_and_pauses() throws Exception {
    var id = waiting();

    assertThat(cli().run("approve", id.value(), "--decline").exit()).isEqualTo(2);
    var declined = cli().run("approve", id.value(), "--decline", "wrong moment");

    assertThat(declined.exit()).as(declined.err()).isZero();
  }

  // Red when: ApproveCommand asks the plan for a step that it does not have, as it did.
  @Test
  void a_step_that_the_plan_does_not_have_is_named_and_is_no_bug() throws Exception {
    var id = waiting();

    for (var decision : List.of("--comment", "--decline", "--break-glass")) {
      var shown = cli().run("approve", id.value(), "--step", "nonsense", decision, "looked");

      assertThat(shown.exit()).as(shown.err()).isEqualTo(1);
      assertThat(shown.err()).contains("AEG-1308", "has no step 'nonsense'", "next:");
    }
  }

  @Test
  void cancelling_asks_for_the_name_and_ends_it() throws Exception {
    var id = waiting(onlyAnApproval());

    var unasked = cli().run("execution", "cancel", id.value(), "--reason", "wrong moment");
    assertThat(unasked.exit()).isEqualTo(20);

    var cancelled =
        cli().person(id.value()).run("execution", "cancel", id.value(), "--reason", "wrong moment");
    assertThat(cancelled.exit()).as(cancelled.err()).isZero();
    assertThat(cli().run("execution", "list").out()).contains("canceled");
  }

  @Test
  void a_crash_point_with_a_typo_is_a_wrong_setting_and_no_bug() {
    // Red when: OpenRepository lets through what CrashPoint throws.
    var shown = cli().with("AEGIS_CRASH_AT", "restore.control-written").run("execution", "list");

    assertThat(shown.exit()).isEqualTo(2);
    assertThat(shown.err())
        .contains("AEG-1402", "<milestone>:<n>", "unset AEGIS_CRASH_AT")
        .doesNotContain("bug");
  }

  @Test
  void evidence_is_listed_exported_once_and_verified_with_nothing_at_hand() throws Exception {
    var id = ended();
    String head = headOf(cli().run("evidence", "list", "-o", "ndjson"));

    var exported = cli().run("evidence", "export", id.value(), "-O", "proof.json");
    var again = cli().run("evidence", "export", id.value(), "-O", "proof.json");
    Files.createDirectories(directory.resolve("auditor"));
    Files.move(directory.resolve("proof.json"), directory.resolve("auditor/proof.json"));
    var auditor = new Cli(directory.resolve("auditor"));

    assertThat(exported.exit()).as(exported.err()).isZero();
    assertThat(again.err()).contains("AEG-1505");
    assertThat(auditor.run("evidence", "verify", "proof.json").exit()).isZero();
    assertThat(auditor.run("evidence", "verify", "proof.json", "--head", head).exit())
        .isZero();
    assertThat(auditor
            .run("evidence", "verify", "proof.json", "--head", "0".repeat(64))
            .exit())
        .isEqualTo(3);
    assertThat(cli().run("evidence", "show", id.value()).out())
        .contains(id.value(), "RTO", "not measured", "head " + head);
  }

  @Test
  void evidence_that_was_touched_or_is_none_is_found() throws Exception {
    // Red when: EvidenceVerify shows what verify() found and forgets the exit code.
    var id = ended();
    cli().run("evidence", "export", id.value(), "-O", "proof.json");
    var file = directory.resolve("proof.json");
    Files.writeString(file, Files.readString(file).replace("the disk is gone", "all was well"));
    Files.writeString(directory.resolve("letter.json"), "dear auditor");

    var touched = cli().run("evidence", "verify", "proof.json", "--json");
    var letter = cli().run("evidence", "verify", "letter.json");

    assertThat(touched.exit()).isEqualTo(3);
    assertThat(Json.parseObject(touched.out()).bool("verified")).isFalse();
    assertThat(letter.exit()).isEqualTo(1);
    assertThat(letter.err()).contains("AEG-1507", "letter.json", "next:");
  }

  private static String headOf(Cli.Result listed) {
    return Json.parseObject(listed.out().strip()).text("headHash");
  }

  /** The plan is brought to its end. */
  private ExecutionId ended() throws Exception {
    var id = waiting();
    cli().run("approve", id.value(), "--comment", "looked at the orders");
    var session = cli().session();
    try (var open = session.openRepository()) {
      new Lead(session, executions(open)).run(id, Patience.RETURN);
    }
    return id;
  }

  @Test
  void an_unknown_execution_is_told_apart_from_a_mistyped_one() {
    assertThat(cli().run("execution", "show", "nonsense").exit()).isEqualTo(2);
    var unknown = cli().run("execution", "show", "rec-00000000");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("AEG-1304");
  }
}
