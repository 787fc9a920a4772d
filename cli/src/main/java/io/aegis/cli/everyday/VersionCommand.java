package io.aegis.cli.everyday;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.frame.Version;
import io.aegis.kernel.Json;
import picocli.CommandLine.Command;

/** {@code aegis version}. */
@Command(
    name = "version",
    header = "Say which Aegis this is, and on which Java it runs",
    footer = {"aegis version", "aegis version --json"})
public final class VersionCommand extends AegisCommand {

  public VersionCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    session().show(new Running(Version.current()));
    return ExitCode.OK;
  }

  private record Running(Version version) implements Answer {
    @Override
    public String kind() {
      return "Version";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("version", version.aegis())
          .with("java", version.java())
          .with("system", version.system());
    }

    @Override
    public void print(Page page) {
      page.line(version.line());
    }
  }
}
