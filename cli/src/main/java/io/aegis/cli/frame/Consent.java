package io.aegis.cli.frame;

import io.aegis.cli.CliCode;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import picocli.CommandLine.Option;

/** Asks before something happens that cannot be taken back. */
public final class Consent {

  @Option(names = "--yes", description = "Do not ask; for scripts.")
  private boolean yes;

  /**
   * Shows what is to be consented to, then has the name of what is concerned typed. Whoever is
   * asked sees it, however quiet the session is; else it is a remark.
   */
  public void require(Session session, Answer subject, String warning, String name) {
    if (!yes && session.terminal().canAsk()) {
      session.showForDecision(subject);
    } else {
      session.showAside(subject);
    }
    require(session, warning, name);
  }

  /**
   * Has the name of what is concerned typed.
   *
   * @param warning what is going to happen, one sentence
   * @param name what has to be typed
   * @throws Failure.Refused if something else was typed, or nobody can be asked
   */
  public void require(Session session, String warning, String name) {
    require(session, warning, name, "");
  }

  /**
   * The same.
   *
   * @param first what to do before anybody agrees; empty for nothing
   */
  public void require(Session session, String warning, String name, String first) {
    if (yes) {
      return;
    }
    if (!session.terminal().canAsk()) {
      var alone = Report.of(CliCode.NOT_CONFIRMED, "nobody is there to confirm").why(warning);
      throw refused(alone, first, "add --yes to the same command, if this is meant");
    }
    String typed = session.ask(warning + " Type " + name + " to go on: ").orElse("");
    if (!typed.equals(name)) {
      var no = Report.of(CliCode.NOT_CONFIRMED, "not confirmed")
          .why("'" + name + "' was asked for, '" + typed + "' was typed");
      throw refused(no, first, "repeat the command and type " + name);
    }
  }

  private static Failure refused(Report.Draft draft, String first, String last) {
    return new Failure.Refused(first.isEmpty() ? draft.next(last) : draft.next(first, last));
  }
}
