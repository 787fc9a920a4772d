package io.aegis.recovery;

import io.aegis.recovery.Person.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * One step of a plan: what is to be done, after what, and what to do when it does not work.
 *
 * @param name in plain words, for a tired person: {@code restore the data of shop-db}
 * @param after the steps that must have let others go on before this one may begin
 * @param work what is to be done
 * @param care how it is run and watched
 * @param estimate how long it will take, if that was ever measured
 * @param writes everything it will do to the world
 */
public record Step(
    StepId id,
    String name,
    Phase phase,
    SequencedSet<StepId> after,
    Work work,
    Care care,
    Estimate estimate,
    List<PlannedWrite> writes) {
  public Step {
    if (name.isBlank() || name.length() > 100) {
      throw new IllegalArgumentException("not a name of a step: '" + name + "'");
    }
    after = Collections.unmodifiableSequencedSet(new TreeSet<>(after));
    writes = List.copyOf(writes);
  }

  /** Begins a step; {@code name} in plain words. */
  public static Draft of(String id, String name, Phase phase) {
    return new Draft(new StepId(id), name, phase);
  }

  /** What a step is: the kinds that recovery itself can tell apart. */
  public sealed interface Work {

    /** Changes the world. */
    record Action(StepType.Payload payload) implements Work {}

    /** Looks at the world and fails if it is not as it should be. */
    record Check(StepType.Payload payload, Subject subject) implements Work {

      /** What depends on the check's answer. */
      public enum Subject {
        /** The data itself: the one who started the execution can never ignore its failure. */
        DATA,
        SERVICE
      }
    }

    /**
     * Waits for people. The initiator never counts; whoever declines pauses the execution.
     *
     * @param question what is being approved, in one sentence, with its consequence
     * @param role who may decide
     * @param needed how many different persons have to approve; 0 says that this environment's
     *     policy asks for none, and the step is shown as disabled
     * @param breakGlass whether it can be forced, with a reason, as a recorded exception
     */
    record Approval(String question, Role role, int needed, BreakGlass breakGlass) implements Work {
      public Approval {
        if (needed < 0 || needed > 20) {
          throw new IllegalArgumentException("not a number of approvers: " + needed);
        }
      }

      /** Whether an approval can be forced. */
      public enum BreakGlass {
        ALLOWED,
        FORBIDDEN
      }
    }

    /** Something only a person can do; a person with the owner's role says when it is done. */
    record Manual(String instruction) implements Work {}

    /** Lets time pass, counted from its first beginning however often the process dies. */
    record Wait(Duration length, String reason) implements Work {
      public Wait {
        if (length.isNegative()) {
          throw new IllegalArgumentException("not a time to wait: " + length);
        }
      }
    }
  }

  /**
   * How a step is run and watched.
   *
   * @param owner who is called when it does not work
   * @param onError what its failure means for the rest
   * @param attempts how often it is tried in all when what it needs does not answer; other failures
   *     are never tried again by themselves
   * @param floor the shortest time after which it may be given up, however quick it is expected to
   *     be
   * @param ceiling after which time it is given up when it was never measured
   * @param inDrill what a drill does with it
   */
  public record Care(
      Role owner,
      OnError onError,
      int attempts,
      Duration floor,
      Duration ceiling,
      InDrill inDrill) {
    public Care {
      if (attempts < 1 || attempts > 10 || floor.isNegative() || !ceiling.isPositive()) {
        throw new IllegalArgumentException(
            "not a way to run a step: " + attempts + " attempts, " + floor + " to " + ceiling);
      }
    }
  }

  /** What the failure of a step means for the rest. */
  public enum OnError {
    /** The step is critical: nothing new begins until a person has decided. */
    STOP,
    /** The rest goes on; the failure is an exception of the execution. */
    GO_ON
  }

  /** What a drill does with a step. */
  public enum InDrill {
    EXECUTE,
    SIMULATE,
    SKIP
  }

  /** When the person who watches is told that it takes long: 1.5 times what was expected. */
  public Duration warnAfter() {
    if (work instanceof Work.Wait) {
      return giveUpAfter();
    }
    return switch (estimate) {
      case Estimate.Measured(var expected, var _, var _, var _) ->
        longer(expected.multipliedBy(3).dividedBy(2), care.floor().dividedBy(2));
      case Estimate.AtLeast _, Estimate.NotMeasured _ -> care.ceiling().dividedBy(2);
    };
  }

  /** When it is given up: three times what was expected; the ceiling where nothing was measured. */
  public Duration giveUpAfter() {
    if (work instanceof Work.Wait(var length, var _)) {
      return length.plus(care.floor());
    }
    return switch (estimate) {
      case Estimate.Measured(var expected, var _, var _, var _) ->
        longer(expected.multipliedBy(3), care.floor());
      case Estimate.AtLeast _, Estimate.NotMeasured _ -> care.ceiling();
    };
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** A step in the making; everything not said has the cautious default. */
  public static final class Draft {
    private final StepId id;
    private final String name;
    private final Phase phase;
    private final TreeSet<StepId> after = new TreeSet<>();
    private final List<PlannedWrite> writes = new ArrayList<>();
    private Care care = new Care(
        new Role("operator"),
        OnError.STOP,
        3,
        Duration.ofMinutes(5),
        Duration.ofHours(12),
        InDrill.EXECUTE);
    private Estimate estimate = new Estimate.NotMeasured();

    private Draft(StepId id, String name, Phase phase) {
      this.id = id;
      this.name = name;
      this.phase = phase;
    }

    public Draft after(String... earlier) {
      for (String one : earlier) {
        after.add(new StepId(one));
      }
      return this;
    }

    public Draft estimate(Estimate expected) {
      this.estimate = expected;
      return this;
    }

    public Draft care(Care newCare) {
      this.care = newCare;
      return this;
    }

    public Draft owner(Role owner) {
      return care(
          new Care(owner, care.onError, care.attempts, care.floor, care.ceiling, care.inDrill));
    }

    public Draft onError(OnError onError) {
      return care(
          new Care(care.owner, onError, care.attempts, care.floor, care.ceiling, care.inDrill));
    }

    public Draft inDrill(InDrill inDrill) {
      return care(
          new Care(care.owner, care.onError, care.attempts, care.floor, care.ceiling, inDrill));
    }

    public Draft attempts(int attempts) {
      return care(
          new Care(care.owner, care.onError, attempts, care.floor, care.ceiling, care.inDrill));
    }

    public Draft limits(Duration floor, Duration ceiling) {
      return care(new Care(care.owner, care.onError, care.attempts, floor, ceiling, care.inDrill));
    }

    public Draft writes(PlannedWrite.Sign sign, String object, String detail) {
      writes.add(new PlannedWrite(sign, object, detail));
      return this;
    }

    public <S> Step action(StepType<S> type, S step) {
      return build(new Work.Action(type.payload(step)));
    }

    public <S> Step check(StepType<S> type, S step, Work.Check.Subject subject) {
      return build(new Work.Check(type.payload(step), subject));
    }

    public Step approval(String question, Role role, int needed, Work.Approval.BreakGlass glass) {
      return build(new Work.Approval(question, role, needed, glass));
    }

    public Step manual(String instruction) {
      return build(new Work.Manual(instruction));
    }

    public Step waiting(Duration length, String reason) {
      return build(new Work.Wait(length, reason));
    }

    private Step build(Work work) {
      return new Step(id, name, phase, after, work, care, estimate, writes);
    }
  }
}
