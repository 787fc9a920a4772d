package io.aegis.recovery;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.recovery.execution.JournalledExecutions;
import io.aegis.repository.Finding;
import io.aegis.repository.Records;
import io.aegis.repository.Register;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Executions of plans, kept in the repository alone: any process that can open it can show,
 * approve, stop and resume every one of them. At most one per application at a time, and never two
 * leaders that both go on.
 *
 * <p>Every method may throw {@link io.aegis.kernel.Failure.Unavailable} when the repository does
 * not answer.
 */
public interface Executions {

  static Executions in(Ports ports, StepCatalog catalog) {
    return JournalledExecutions.open(ports, catalog);
  }

  /**
   * The executions of an application that have not ended, as the register tells it, oldest first.
   * Reads no journal: one that was killed behind its last entry is among them until it is resumed.
   */
  static List<ExecutionId> unended(
      Records records, Register register, ApplicationName application) {
    return JournalledExecutions.unended(records, register, application);
  }

  /** How long people are waited for before that is said aloud, where nobody says otherwise. */
  Duration USUAL_ESCALATION = Duration.ofMinutes(15);

  /**
   * What executions need from outside.
   *
   * @param localJournal a directory on this machine's disk, made when needed, for entries that the
   *     repository could not take
   * @param escalateAfter after how long a wait for people is escalated, and then again after each
   *     such span
   */
  record Ports(
      Records records,
      Register register,
      Path localJournal,
      TimeSource time,
      Entropy entropy,
      Milestones milestones,
      Duration escalateAfter) {
    public Ports {
      if (!escalateAfter.isPositive()) {
        throw new IllegalArgumentException("a wait is not escalated before it began");
      }
    }

    /** With {@link #USUAL_ESCALATION}. */
    public Ports(
        Records records,
        Register register,
        Path localJournal,
        TimeSource time,
        Entropy entropy,
        Milestones milestones) {
      this(records, register, localJournal, time, entropy, milestones, USUAL_ESCALATION);
    }
  }

  /**
   * What is to be run, and who says so.
   *
   * @param declared when the loss was declared; the recovery time runs from here
   * @param reason in the initiator's words; may be empty
   */
  record Declaration(Plan plan, Person initiator, Instant declared, String reason) {}

  /**
   * Pins the plan and claims the application. Nothing has run when this returns, and from now on it
   * can be resumed.
   *
   * @throws io.aegis.kernel.Failure.Refused with {@link RecoveryCode#APPLICATION_BUSY} if another
   *     execution of the application has not ended, saying whose, since when and what can be done
   */
  ExecutionId start(Declaration declaration);

  /**
   * Leads the execution, from where it stands, until it has ended, is paused, or waits for people.
   * Also how one resumes: steps whose process died are probed first; steps that failed, timed out
   * or were declined are tried again.
   *
   * @throws io.aegis.kernel.Failure.Refused with {@link RecoveryCode#EXECUTION_LED_ELSEWHERE} if a
   *     living process leads it, or if one takes over; with {@link RecoveryCode#EXECUTION_ENDED}
   * @throws InterruptedException if this thread was interrupted: running steps are interrupted, and
   *     it can be resumed
   */
  Execution run(ExecutionId execution, Person leader, Patience patience, Watcher watcher)
      throws InterruptedException;

  /** What to do when nothing can go on before a person has decided. */
  enum Patience {
    /** Stay and poll until somebody has. */
    WAIT_FOR_PEOPLE,
    /** Return; whoever decides can be anywhere, and somebody resumes afterwards. */
    RETURN
  }

  /**
   * Asks something of an execution: noted in the repository, and done by whoever leads it now or
   * resumes it later. A {@link Request.Stop} of an execution that no living process leads is done
   * here and now.
   *
   * @throws io.aegis.kernel.Failure.Refused with {@link RecoveryCode#NOT_PERMITTED} if this person
   *     may not, with {@link RecoveryCode#NOT_NOW} if the step is in no state for it
   * @throws InterruptedException if this thread was interrupted while it did a stop itself; it is
   *     to be asked for again
   */
  void ask(ExecutionId execution, Person person, Request request) throws InterruptedException;

  /**
   * Whether it has not ended and the process that led it is seen to have died: nothing of it goes
   * on until somebody resumes it. Of one on another machine nobody can say that at a glance; writes
   * nothing.
   */
  boolean isAbandoned(ExecutionId execution);

  /** What can be asked of an execution. */
  sealed interface Request {

    /** A comment is welcome. */
    record Approve(StepId step, String comment) implements Request {}

    /** Pauses the execution; the reason is mandatory. */
    record Decline(StepId step, String reason) implements Request {}

    /** Approves in place of those who should; the reason is mandatory, and it is an exception. */
    record BreakGlass(StepId step, String reason) implements Request {}

    /** The work of a manual step is done. */
    record Confirm(StepId step, String comment) implements Request {}

    /** Go on without a step that has not begun; the comment is mandatory. */
    record Skip(StepId step, String comment) implements Request {}

    /** Go on in spite of a step that failed or timed out; the comment is mandatory. */
    record Ignore(StepId step, String comment) implements Request {}

    /** Stop. */
    record Stop(When when, Then then, String reason) implements Request {}

    /** When to stop. */
    enum When {
      /** Running steps come to their end, nothing new begins. */
      AFTER_RUNNING_STEPS,
      /** Running steps are interrupted; they are probed when it goes on. */
      NOW
    }

    /** What to do once it stands still. */
    enum Then {
      /** Keep the claim: it can be resumed. */
      PAUSE,
      /** End it, leaving what was done as it is. */
      CANCEL,
      /** End it, taking back what can be taken back, the last step first. */
      CANCEL_AND_UNDO
    }
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused with {@link RecoveryCode#NO_SUCH_EXECUTION}
   * @throws io.aegis.kernel.Failure.Damaged with {@link RecoveryCode#JOURNAL_BROKEN} if the journal
   *     is not a whole chain
   */
  Execution show(ExecutionId execution);

  /** All executions. */
  Listing list();

  /** The executions of one application. */
  Listing list(ApplicationName application);

  /**
   * The executions of the same application that were begun after this one; the journals of those
   * before it are not read, unless its claim is lost: then the clocks tell which those are.
   */
  Listing listAfter(Execution execution);

  /**
   * Executions, the one declared last first.
   *
   * @param unreadable what is wrong with those whose journals are damaged
   */
  record Listing(List<Execution> executions, List<Report> unreadable) {
    public Listing {
      executions = List.copyOf(executions);
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * Everything the execution did and measured. Sealed into the repository when it ends; until then
   * computed as of now.
   */
  Evidence evidence(ExecutionId execution);

  /**
   * Looks for executions of which something is missing; reads only.
   *
   * @throws io.aegis.kernel.Failure.Damaged if the register is broken
   */
  List<Finding> check();

  /** The pause between two looks into the repository for requests from other processes. */
  Duration POLL = Duration.ofSeconds(1);
}
