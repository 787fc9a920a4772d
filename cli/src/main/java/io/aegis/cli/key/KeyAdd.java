package io.aegis.cli.key;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.repository.Unlock;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aegis key add}. */
@Command(
    name = "add",
    header = "Let another key open the repository",
    footer = {
      "aegis key add --words",
      "aegis key add --file /mnt/usb/aegis.key --label \"usb stick in the safe\"",
      "aegis key add --passphrase"
    })
final class KeyAdd extends AegisCommand {

  @ArgGroup(multiplicity = "1")
  private Kind kind = new Kind();

  @Option(
      names = "--label",
      paramLabel = "<text>",
      defaultValue = "",
      description = "Who holds it, where it lies.")
  private String label = "";

  /** Which kind of key; exactly one. */
  static final class Kind {
    @Option(names = "--file", paramLabel = "<file>", description = "A new key file, for a machine.")
    private @Nullable Path file;

    @Option(names = "--words", description = "24 new recovery words, for paper; shown once.")
    private boolean words;

    @Option(names = "--passphrase", description = "A passphrase, asked for on the terminal.")
    private boolean passphrase;
  }

  KeyAdd(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var open = session().openRepository()) {
      var slot = open.repository().keys().add(unlock(), label);
      session().show(new SlotPage("KeySlotAdded", "added", List.of(slot)));
      return ExitCode.OK;
    }
  }

  private Unlock unlock() {
    var fresh = new NewKey(session());
    if (kind.file != null) {
      return fresh.inFile(kind.file);
    }
    if (kind.words) {
      return fresh.asWords();
    }
    if (kind.passphrase) {
      return fresh.asPassphrase();
    }
    throw new IllegalStateException("the group of options demands one of them");
  }
}
