package io.aegis.cli.key;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Consent;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aegis key remove}. */
@Command(
    name = "remove",
    header = "Take a key slot out of the repository",
    description = {
      "",
      "It revokes nothing that was already seen: who held the key may have copied what it opens."
    },
    footer = {"aegis key remove 7f3a9c12", "aegis key remove 7f3a9c12 --yes"})
final class KeyRemove extends AegisCommand {

  @Parameters(
      paramLabel = "<slot>",
      description = "Eight hexadecimal digits; see 'aegis key list'.")
  private String slot = "";

  @Mixin
  private Consent consent = new Consent();

  KeyRemove(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var open = session().openRepository()) {
      var keys = open.repository().keys();
      if (keys.slots().stream().anyMatch(each -> each.id().equals(slot))) { // else it is refused
        consent.require(session(), "This removes key slot " + slot + " for ever.", slot);
      }
      keys.remove(slot);
      session().remark("removed " + slot);
      return ExitCode.OK;
    }
  }
}
