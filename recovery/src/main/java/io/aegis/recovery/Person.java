package io.aegis.recovery;

import java.util.Set;
import java.util.TreeSet;

/**
 * Somebody who starts, decides or stops, as the caller has established it: the operating system's
 * account or a key slot on the command line, the signed-in user on a server.
 *
 * @param account who, unmistakably: {@code os:alice@db-1}; two persons are the same if and only if
 *     their accounts are equal
 * @param roles what this person may act as
 */
public record Person(String account, Set<Role> roles) {
  public Person {
    if (account.isBlank() || account.length() > 200) {
      throw new IllegalArgumentException("not an account: '" + account + "'");
    }
    roles = java.util.Collections.unmodifiableSet(new TreeSet<>(roles));
  }

  public boolean is(Person other) {
    return account.equals(other.account);
  }

  public boolean has(Role role) {
    return roles.contains(role);
  }

  @Override
  public String toString() {
    return account;
  }

  /**
   * A duty in a recovery: {@code operator}, {@code database-admin}, {@code approver}.
   *
   * @param value 1 to 40 characters of {@code [a-z0-9-]}, beginning with a letter
   */
  public record Role(String value) implements Comparable<Role> {
    public Role {
      if (!value.matches("[a-z][a-z0-9-]{0,39}")) {
        throw new IllegalArgumentException("not a role: " + value);
      }
    }

    @Override
    public int compareTo(Role other) {
      return value.compareTo(other.value);
    }

    @Override
    public String toString() {
      return value;
    }
  }
}
