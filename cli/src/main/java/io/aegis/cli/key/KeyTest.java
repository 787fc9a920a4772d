package io.aegis.cli.key;

import io.aegis.app.OpenRepository;
import io.aegis.cli.CliCode;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.cli.frame.TypedKey;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import io.aegis.repository.Unlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aegis key test}. */
@Command(
    name = "test",
    header = "Try a key, without any risk",
    description = {"", "Needs no other key: works on a bare machine."},
    footer = {"aegis key test --words", "aegis key test --file /mnt/usb/aegis.key"})
final class KeyTest extends AegisCommand {

  @ArgGroup(multiplicity = "1")
  private Kind kind = new Kind();

  /** Which kind of key; exactly one. */
  static final class Kind {
    @Option(names = "--file", paramLabel = "<file>", description = "A key file.")
    private @Nullable Path file;

    @Option(names = "--words", description = "Recovery words, asked for on the terminal.")
    private boolean words;

    @Option(names = "--passphrase", description = "A passphrase, asked for on the terminal.")
    private boolean passphrase;
  }

  KeyTest(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var place = session().settings().place();
    var unlock = unlock();
    try (var open = OpenRepository.open(place, unlock, session().outside())) {
      var slot = open.repository().keys().test(unlock);
      session().show(new SlotPage("KeySlotTested", "it opens the repository", List.of(slot)));
      return ExitCode.OK;
    }
  }

  private Unlock unlock() {
    Path file = kind.file;
    if (file != null) {
      return new Unlock.KeyFile(read(session().surroundings().directory().resolve(file)));
    }
    if (kind.words) {
      var typed = new TypedKey(session()).ask("The 24 words, in order (not shown): ");
      return new Unlock.RecoveryWords(typed);
    }
    if (kind.passphrase) {
      return new Unlock.Passphrase(new TypedKey(session()).ask("Passphrase (not shown): "));
    }
    throw new IllegalStateException("the group of options demands one of them");
  }

  private static Secret read(Path file) {
    try {
      return Secret.takeOwnershipOf(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new Failure.Refused(
          Report.of(CliCode.FILE_UNUSABLE, "cannot read " + file)
              .why(FileFault.why(e))
              .next("ls -l " + file),
          e);
    }
  }
}
