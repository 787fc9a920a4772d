package io.aegis.app;

import io.aegis.recovery.Person;
import io.aegis.recovery.Person.Role;
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

  /** The account, in these roles, too. */
  public static Person of(Surroundings.Account account, Set<Role> more) {
    var roles = new TreeSet<>(EVERYDAY);
    roles.addAll(more);
    return new Person("os:" + account, roles);
  }
}
