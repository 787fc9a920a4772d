package io.aegis.cli.config;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Json;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code aegis config validate}. */
@Command(
    name = "validate",
    header = "Find every fault of the configuration at once",
    description = {
      "",
      "Each fault comes with its line, its cause and its remedy. Exit code 2 if there is one."
    },
    footer = {"aegis config validate", "aegis config validate -c /etc/aegis/aegis.yaml --json"})
final class ConfigValidate extends AegisCommand {

  ConfigValidate(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var reading = session().declared();
    reading.configuration();
    session()
        .show(new Valid(
            reading.file().orElse(Path.of("(no file)")), reading.settings().size()));
    return ExitCode.OK;
  }

  private record Valid(Path file, int settings) implements Answer {
    @Override
    public String kind() {
      return "Validation";
    }

    @Override
    public Json.Obj json() {
      return Json.object().with("file", file.toString()).with("faults", Json.array(List.of()));
    }

    @Override
    public void print(Page page) {
      page.line(file + " is right: " + settings + " settings");
    }
  }
}
