package io.aegis.cli.config;

import io.aegis.app.ConfigReading;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import picocli.CommandLine.Command;

/** {@code aegis config schema}. */
@Command(
    name = "schema",
    header = "Print a JSON Schema of aegis.yaml, for editors",
    description = {
      "",
      "With the line '# yaml-language-server: $schema=aegis.schema.json' at its top, an editor",
      "completes and checks the file."
    },
    footer = {"aegis config schema > aegis.schema.json"})
final class ConfigSchema extends AegisCommand {

  ConfigSchema(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    session().terminal().out().println(ConfigReading.schema().pretty());
    return ExitCode.OK;
  }
}
