package io.aegis.cli.key;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import picocli.CommandLine.Command;

/** {@code aegis key list}. */
@Command(
    name = "list",
    header = "List the key slots",
    footer = {"aegis key list", "aegis key list -o ndjson"})
final class KeyList extends AegisCommand {

  KeyList(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var open = session().openRepository()) {
      session().show(new SlotPage("KeySlots", "", open.repository().keys().slots()));
      return ExitCode.OK;
    }
  }
}
