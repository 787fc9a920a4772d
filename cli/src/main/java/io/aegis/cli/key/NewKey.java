package io.aegis.cli.key;

import io.aegis.app.KeyFiles;
import io.aegis.cli.CliCode;
import io.aegis.cli.frame.Session;
import io.aegis.cli.frame.TypedKey;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import io.aegis.repository.Repositories;
import io.aegis.repository.Unlock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Makes new keys, each in the way its kind demands. */
public final class NewKey {
  private final Session session;

  public NewKey(Session session) {
    this.session = session;
  }

  /** In a file of the account's own. */
  public Unlock inFile(Path file) {
    return new Unlock.KeyFile(KeyFiles.create(session.surroundings().directory().resolve(file)));
  }

  /**
   * Words for paper, shown once on the terminal and nowhere else.
   *
   * @throws Failure.Refused if nobody is there to write them down
   */
  public Unlock asWords() {
    if (!session.terminal().canAsk()) {
      throw new Failure.Refused(Report.of(CliCode.NOT_CONFIRMED, "recovery words were not made")
          .why("they are shown once, and nobody is at this terminal to write them down")
          .next("run the same command on a terminal", "aegis key add --file <file>"));
    }
    var words = Repositories.newRecoveryWords(Entropy.secure());
    showOnce(words);
    return new Unlock.RecoveryWords(words);
  }

  private void showOnce(Secret words) {
    var err = session.terminal().err();
    err.println("Recovery words. Write them on paper, in this order; they are shown only now.");
    String[] all = words.use(bytes -> new String(bytes, StandardCharsets.UTF_8)).split(" ", -1);
    for (int i = 0; i < all.length; i++) {
      err.printf("%3d %-10s%s", i + 1, all[i], i % 6 == 5 ? "\n" : "");
    }
    int asked = Byte.toUnsignedInt(Entropy.secure().bytes(1)[0]) % all.length;
    while (true) {
      var typed = session.ask("Type word " + (asked + 1) + " to show that you have them: ");
      if (typed.isEmpty()) {
        throw new Failure.Refused(Report.of(CliCode.NOT_CONFIRMED, "the words were not confirmed")
            .next("aegis key add --words"));
      }
      if (typed.get().equals(all[asked])) {
        return;
      }
    }
  }

  /** A passphrase, typed twice. */
  public Unlock asPassphrase() {
    var keyboard = new TypedKey(session);
    var first = keyboard.ask("New passphrase: ");
    var second = keyboard.ask("Again: ");
    if (!first.use(one -> second.use(other -> Arrays.equals(one, other)))) {
      throw new Failure.Refused(Report.of(CliCode.NOT_CONFIRMED, "the passphrases are not the same")
          .next("aegis key add --passphrase"));
    }
    return new Unlock.Passphrase(first);
  }
}
