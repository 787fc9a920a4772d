package io.aegis.cli.frame;

import io.aegis.app.Configuration.Place;
import io.aegis.app.KeyHolder;
import io.aegis.cli.CliCode;
import io.aegis.cli.terminal.Terminal;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;

/** Keys that a person types at this terminal, where nobody can read them over their shoulder. */
public record TypedKey(Session session) implements KeyHolder {

  @Override
  public Secret ask(Place place) {
    String where = switch (place) {
      case Place.Directory(var path) -> path.toString();
      case Place.Bucket bucket -> "s3://" + bucket.name() + "/" + bucket.prefix();
    };
    return ask("Recovery words in one line, or passphrase, of " + where + " (not shown): ");
  }

  @Override
  public void toldWrong(Failure.Refused why) {
    session.warn(why.report().headline());
  }

  /**
   * Asks without showing what is typed.
   *
   * @throws Failure.Refused if that cannot be done here, or nothing was typed
   */
  public Secret ask(String question) {
    Terminal terminal = session.terminal();
    if (!terminal.canAskUnseen()) {
      throw nothingTyped();
    }
    try (var _ = session.interrupts().leaveAtOnce()) {
      return terminal
          .unseen()
          .ask(question)
          .filter(typed -> !typed.isBlank())
          .map(Secret::ofText)
          .orElseThrow(TypedKey::nothingTyped);
    }
  }

  private static Failure nothingTyped() {
    return new Failure.Refused(Report.of(CliCode.NOT_CONFIRMED, "no key was typed")
        .why("words and passphrases are asked for on a terminal, never taken from an option")
        .safe("nothing was started")
        .next("run the same command on a terminal, with its output not redirected"));
  }
}
