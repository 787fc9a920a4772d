package io.aegis.cli.frame;

/** What a script learns without reading a word. A code that is not listed means failure. */
public enum ExitCode {
  OK(0, "done"),
  FAILED(1, "failed"),
  USAGE(2, "the command line or aegis.yaml is wrong"),
  ITEMS_FAILED(3, "finished, but some items failed; each is listed"),
  OBJECTIVE_MISSED(4, "an objective is missed (RPO, RTO), or the latest moment cannot be told"),
  WOULD_CHANGE(5, "the plan would change something (plan --detailed-exitcode)"),
  NO_REPOSITORY(10, "there is no repository at the location"),
  BUSY(11, "another execution is running"),
  WRONG_KEY(12, "the key does not open the repository (what is no key at all: 1)"),
  NOT_APPROVED(20, "not approved: nobody confirmed, or an approval is still awaited"),
  INTERRUPTED(130, "interrupted; what was done is durable and can be resumed");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public int number() {
    return number;
  }

  public String meaning() {
    return meaning;
  }
}
