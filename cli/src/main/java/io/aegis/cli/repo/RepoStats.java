package io.aegis.cli.repo;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Json;
import io.aegis.repository.RepositoryStats;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code aegis repo stats}. */
@Command(
    name = "stats",
    header = "How large the repository is, and for how much",
    footer = {"aegis repo stats", "aegis repo stats --json"})
final class RepoStats extends AegisCommand {

  RepoStats(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    try (var open = session().openRepository()) {
      var repository = open.repository();
      session()
          .show(new Sizes(
              repository.id().value(), repository.location().display(), repository.stats()));
      return ExitCode.OK;
    }
  }

  private record Sizes(String id, String location, RepositoryStats stats) implements Answer {
    @Override
    public String kind() {
      return "RepositoryStats";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("id", id)
          .with("location", location)
          .with("storedBytes", stats.storedBytes())
          .with("packBytes", stats.packBytes())
          .with("objects", stats.objects())
          .with("snapshots", stats.snapshots())
          .with("sourceBytes", stats.sourceBytes());
    }

    @Override
    public void print(Page page) {
      var table = new Table("", "")
          .row("repository", location)
          .row("id", id)
          .row("stored", new ByteSize(stats.storedBytes()) + " in " + stats.objects() + " objects")
          .row("of it packs", new ByteSize(stats.packBytes()).toString())
          .row("snapshots", Long.toString(stats.snapshots()))
          .row("they captured", new ByteSize(stats.sourceBytes()) + ratio());
      page.table(table);
    }

    private String ratio() {
      return stats.packBytes() == 0
          ? ""
          : String.format(
              Locale.ROOT, " (%.1fx)", (double) stats.sourceBytes() / stats.packBytes());
    }
  }
}
