package io.aegis.cli.wal;

import io.aegis.app.Application;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.postgres.WalStream.Ending;
import picocli.CommandLine.Command;

/** {@code aegis wal stream}. */
@Command(
    name = "stream",
    header = "Protect continuously, in the foreground",
    description = {
      "",
      "Receives the log through a replication slot and makes it durable in the repository, about",
      "twice a second while there is something new; the server is told only of what is durable.",
      "A server that is down is waited for. Ctrl-C makes durable what has arrived, and ends it;"
          + " exit",
      "code 130 if the repository or the server was away then."
    },
    footer = {"aegis wal stream", "aegis wal stream --json 2> events.ndjson"})
final class WalStreamCommand extends AegisCommand {

  WalStreamCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var application =
            Application.open(session().settings().configuration(), session().outside());
        var live = new LiveStream(session())) {
      var ending = application.walStream().run(live);
      Thread.interrupted(); // Ctrl-C has done its work
      live.ended(ending);
      return switch (ending) {
        case Ending.Whole _ -> ExitCode.OK;
        case Ending.CutShort _ -> ExitCode.INTERRUPTED;
      };
    }
  }
}
