package io.aegis.kernel;

import java.util.List;
import java.util.Objects;

/**
 * What a person is told when something goes wrong, in the order in which they need it.
 *
 * @param code the stable code, for {@code aegis explain} and for scripts
 * @param what what failed, and on what
 * @param why the cause as far as it is known; empty when {@code what} already says it
 * @param safe what was left untouched, or what is still there
 * @param next what to type or to do next; at least one entry, the best one first
 */
public record Report(FailureCode code, String what, String why, String safe, List<String> next) {
  public Report {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(why, "why");
    Objects.requireNonNull(safe, "safe");
    next = List.copyOf(next);
    if (next.isEmpty()) {
      throw new IllegalArgumentException("a failure without a next step: " + code.id());
    }
  }

  /** Begins a report; {@code what} names the thing that failed and the thing it failed on. */
  public static Draft of(FailureCode code, String what) {
    return new Draft(code, what, "", "nothing was changed");
  }

  /** A report that still lacks its next step, so that none can be thrown without one. */
  public record Draft(FailureCode code, String what, String why, String safe) {
    public Draft why(String cause) {
      return new Draft(code, what, cause, safe);
    }

    public Draft safe(String untouched) {
      return new Draft(code, what, why, untouched);
    }

    public Report next(String first, String... others) {
      var steps = new java.util.ArrayList<String>();
      steps.add(first);
      steps.addAll(List.of(others));
      return new Report(code, what, why, safe, steps);
    }
  }

  /** The code and the fact on one line, as a log or an exception shows them. */
  public String headline() {
    return code.id() + ": " + what + (why.isEmpty() ? "" : " (" + why + ")");
  }
}
