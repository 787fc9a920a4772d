package io.aegis.cli.config;

import io.aegis.app.ConfigSetting;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.Json;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aegis config show}. */
@Command(
    name = "show",
    header = "Show every setting, defaults included",
    description = {"", "Secrets are shown as the references they are."},
    footer = {"aegis config show", "aegis config show --origin"})
final class ConfigShow extends AegisCommand {

  @Option(names = "--origin", description = "Say where each value came from.")
  private boolean origin;

  ConfigShow(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var reading = session().declared();
    reading.configuration();
    session().show(new Settings(reading.settings(), origin ? Columns.WITH_ORIGIN : Columns.VALUES));
    return ExitCode.OK;
  }

  private enum Columns {
    VALUES,
    WITH_ORIGIN
  }

  private record Settings(List<ConfigSetting> settings, Columns columns) implements Answer {
    @Override
    public String kind() {
      return "Settings";
    }

    @Override
    public Json.Obj json() {
      return Json.object().with("settings", Json.array(items()));
    }

    @Override
    public List<Json.Obj> items() {
      return settings.stream()
          .map(setting -> Json.object()
              .with("key", setting.key())
              .with("value", setting.value())
              .with("origin", setting.origin().toString()))
          .toList();
    }

    @Override
    public void print(Page page) {
      boolean withOrigin = columns == Columns.WITH_ORIGIN || page.isWide();
      var table = withOrigin ? new Table("KEY", "VALUE", "ORIGIN") : new Table("KEY", "VALUE");
      for (var setting : settings) {
        if (withOrigin) {
          table.row(setting.key(), setting.value(), setting.origin().toString());
        } else {
          table.row(setting.key(), setting.value());
        }
      }
      page.table(table);
    }
  }
}
