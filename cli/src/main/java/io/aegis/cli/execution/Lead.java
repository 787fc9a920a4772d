package io.aegis.cli.execution;

import io.aegis.app.OpenRepository;
import io.aegis.app.Persons;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.ShellWord;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Patience;
import io.aegis.recovery.Executions.Request;
import java.util.List;

/** Leads an execution from this terminal until it ends, is paused, or waits for people. */
public record Lead(Session session, Executions executions) {

  /**
   * Goes on from where it stands. The first Ctrl-C stops it after the steps that run, durably; the
   * second one ends the process, which it survives, too.
   *
   * @throws InterruptedException if this thread was interrupted; it can be resumed
   */
  public ExitCode run(ExecutionId id, Patience patience) throws InterruptedException {
    var person = Persons.of(session.surroundings().account());
    var now = executions.show(id); // refused before anything is promised
    if (!now.state().isFinal()) { // else there is nothing left to interrupt
      session.remark("Execution " + id + " · durable, safe to interrupt · look at it from anywhere:"
          + " aegis execution show " + id);
    }
    Execution end;
    try (var live = new LiveExecution(session, now, contacts());
        var _ = session.interrupts().stopGentlyBy(() -> stop(id))) {
      end = executions.run(id, person, patience, live);
    }
    session.show(new ExecutionPage(end));
    return exitCode(end);
  }

  /** Its state is that of the journal, which a process that dies does not write any more. */
  static void warnIfAbandoned(Session session, Executions executions, Execution shown) {
    boolean seemsToGoOn =
        shown.state() == ExecutionState.RUNNING || shown.state() == ExecutionState.VALIDATING;
    if (seemsToGoOn && executions.isAbandoned(shown.id())) {
      session.warn("the process that led " + shown.id() + " has died, and nothing of it goes on;"
          + " next: aegis resume " + shown.id());
    }
  }

  /** What a step said at its end may not be so any more: of a server is asked what is now. */
  static void warnIfLeftRunning(Session session, OpenRepository open, Execution shown) {
    if (!shown.state().isFinal() || shown.state().isSuccess()) {
      return;
    }
    open.leftRunning(shown.plan()).ifPresent(server -> {
      String data = server.dataDirectory().toString();
      session.warn("a server runs on " + data + ", where " + shown.id() + " recovered to (process "
          + server.pid() + "), and was not opened; pg_ctl -D " + ShellWord.of(data)
          + " stop, as its account, ends it");
    });
  }

  private void stop(ExecutionId id) {
    session.remark("\n^C  stopping after the steps that run; once more ends the process now."
        + " Either way: aegis resume " + id);
    Thread.ofVirtual().name("stop-request").start(() -> recordStop(id));
  }

  // Nobody waits for this thread: what it cannot do, it has to say itself.
  private void recordStop(ExecutionId id) {
    try {
      executions.ask(
          id,
          Persons.of(session.surroundings().account()),
          new Request.Stop(Request.When.AFTER_RUNNING_STEPS, Request.Then.PAUSE, "Ctrl-C"));
    } catch (Failure e) {
      notStopping(id, e.report().headline());
    } catch (RuntimeException | InterruptedException e) {
      notStopping(id, e.toString());
    }
  }

  private void notStopping(ExecutionId id, String why) {
    session.warn("it goes on: stopping " + id + " could not be recorded: " + why
        + "; Ctrl-C once more ends it now, and aegis resume " + id + " goes on from there");
  }

  private List<String> contacts() {
    var settings = session.settings();
    return settings.faults().isEmpty()
        ? settings.configuration().contacts().stream()
            .map(contact -> contact.name() + " (" + contact.reach() + ")")
            .toList()
        : List.of();
  }

  /** Waits for people only where somebody watches. */
  public static Patience usualPatience(Session session) {
    return session.terminal().canAsk() ? Patience.WAIT_FOR_PEOPLE : Patience.RETURN;
  }

  static ExitCode exitCode(Execution end) {
    return switch (end.state()) {
      case COMPLETED -> exitCodeOfSuccess(end);
      case COMPLETED_WITH_EXCEPTIONS -> ExitCode.ITEMS_FAILED;
      case PENDING_APPROVAL -> ExitCode.NOT_APPROVED;
      case PAUSED_BY_OPERATOR, PENDING, RUNNING, VALIDATING -> ExitCode.INTERRUPTED;
      case PAUSED_BY_FAILED_STEP, FAILED, CANCELED, TIMED_OUT -> ExitCode.FAILED;
    };
  }

  private static ExitCode exitCodeOfSuccess(Execution end) {
    boolean missed =
        end.clock().elapsed().compareTo(end.plan().header().objectives().rto()) > 0;
    return missed ? ExitCode.OBJECTIVE_MISSED : ExitCode.OK;
  }
}
