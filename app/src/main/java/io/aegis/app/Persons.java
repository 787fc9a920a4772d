package io.aegis.app;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.recovery.Person;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Plan;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who is acting on the command line: the account of the operating system, and nothing else. Whoever
 * has the key of the repository may act in every role; that an approval comes from somebody else
 * than the initiator is told by the account.
 */
public final class Persons {
  private static final Set<Role> EVERYDAY =
      Set.of(new Role("operator"), new Role("database-admin"), new Role("approver"));

  private Persons() {}

  /** The account, in the everyday roles. */
  public static Person of(Surroundings.Account account) {
    return new Person("os:" + account, EVERYDAY);
  }

  /**
   * The account in these roles, too, to decide something.
   *
   * @throws Refused if it cannot be told who that is
   */
  public static Person deciding(Surroundings.Account account, Set<Role> more) {
    requireProven(account, "decide");
    var roles = new TreeSet<>(EVERYDAY);
    roles.addAll(more);
    return new Person("os:" + account, roles);
  }

  /**
   * Who starts a recovery by this plan.
   *
   * @throws Refused if somebody else has to approve it, and it cannot be told who this one is
   */
  public static Person starting(Surroundings.Account account, Plan plan) {
    if (plan.steps().stream().anyMatch(Persons::needsSomebodyElse)) {
      requireProven(account, "start what somebody else has to approve");
    }
    return of(account);
  }

  private static boolean needsSomebodyElse(Step step) {
    return step.work() instanceof Work.Approval approval && approval.needed() > 0;
  }

  private static void requireProven(Surroundings.Account account, String what) {
    if (!account.isProven()) {
      throw new Refused(Report.of(RecoveryCode.NOT_PERMITTED, account + " cannot " + what)
          .why("whoever made the namespace chose who this account is in it, so it may be the very"
              + " person that somebody else has to watch over")
          .next("do it outside of the namespace, or on another machine with the key"));
    }
  }
}
