package io.aegis.cli.everyday;

import io.aegis.app.Application;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.Failure;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.postgres.BaseBackups.CheckpointSpeed;
import io.aegis.postgres.BaseBackups.Extent;
import io.aegis.postgres.BaseBackups.Options;
import io.aegis.postgres.BaseBackups.Outcome;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.WalProtection;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aegis backup}. */
@Command(
    name = "backup",
    header = "Take a snapshot of the database now",
    description = {
      "",
      "Complete in itself, but only what has changed is stored. Page checksums are verified; exit",
      "code 3 if pages are corrupt on the server, with each of them. Killed, it leaves nothing",
      "half-done, and the next one is cheaper."
    },
    footer = {"aegis backup", "aegis backup --spread-checkpoint", "aegis backup --everything"})
public final class BackupCommand extends AegisCommand {

  @Option(names = "--everything", description = "Read and store all of it anew.")
  private boolean everything;

  @Option(
      names = "--spread-checkpoint",
      description = "Let the server write its checkpoint slowly: minutes, without being noticed.")
  private boolean spread;

  public BackupCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    var configuration = session().settings().configuration();
    var options = new Options(
        everything ? Extent.EVERYTHING : Extent.INCREMENTAL,
        spread ? CheckpointSpeed.SPREAD : CheckpointSpeed.FAST,
        configuration.database().workers());
    try (var application = Application.open(configuration, session().outside())) {
      var outcome = take(application, options);
      session().show(new Taken(outcome));
      protection(application, configuration.database().streaming().slot())
          .filter(stream -> stream.level() != Level.READY)
          .ifPresent(none -> session().warn(none.finding() + "; next: " + none.remedy()));
      return outcome.corruptPages() == 0 ? ExitCode.OK : ExitCode.ITEMS_FAILED;
    }
  }

  private Outcome take(Application application, Options options) throws InterruptedException {
    try (var progress = session().progress("backup")) {
      application.repository().registerWarnings().forEach(session()::warn);
      var wal = application.durability(_ -> {});
      return application.backups().take(application.cluster(), wal, options, progress);
    }
  }

  /** A snapshot alone protects what was committed before it: who takes it may believe otherwise. */
  private static Optional<Readiness> protection(Application application, String slot) {
    try {
      var repository = application.repository().repository();
      return Optional.of(WalProtection.streamed(repository, application.cluster(), slot));
    } catch (Failure _) {
      return Optional.empty(); // the snapshot is taken, whatever became of the server since
    }
  }

  private record Taken(Outcome outcome) implements Answer {
    @Override
    public String kind() {
      return "Backup";
    }

    @Override
    public Json.Obj json() {
      var backup = outcome.backup();
      return Json.object()
          .with("snapshot", backup.id().value())
          .with("method", method())
          .with("begin", backup.begin().toString())
          .with("end", backup.end().toString())
          .with("timeline", backup.timeline().id())
          .with("finished", backup.finished().toString())
          .with("files", outcome.files())
          .with("sourceBytes", outcome.source().bytes())
          .with("readBytes", outcome.read().bytes())
          .with("storedBytes", outcome.stored().bytes())
          .with("tookMillis", outcome.took().toMillis())
          .with("corruptPages", outcome.corruptPages())
          .with(
              "corrupt",
              Json.array(outcome.corrupt().stream()
                  .map(page -> Json.object().with("file", page.file()).with("block", page.block()))
                  .toList()))
          .with("notices", Json.texts(outcome.notices()));
    }

    private String method() {
      return outcome.method().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void print(Page page) {
      page.line("snapshot " + outcome.backup().id() + "  " + outcome.source() + " in "
          + outcome.files() + " files, " + outcome.read() + " read, " + outcome.stored()
          + " stored (" + method() + ")  " + HumanTime.of(outcome.took()));
      outcome.notices().forEach(notice -> page.line("note: " + notice));
      if (outcome.corruptPages() > 0) {
        page.line(
            page.paint().red("! " + outcome.corruptPages() + " pages are corrupt on the server")
                + "; they were captured as they are:");
        outcome
            .corrupt()
            .forEach(corrupt -> page.line("    " + corrupt.file() + " block " + corrupt.block()));
      }
    }
  }
}
