package io.aegis.cli.demo;

import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aegis demo}. */
@Command(
    name = "demo",
    header = "Protect, lose and recover a real application, here, now",
    description = {
      "",
      "An embedded PostgreSQL takes orders; a ledger outside of it notes each one whose commit was",
      "acknowledged. Act one: kill -9 and the data directory is wiped. Act two: thousands of rows",
      "are deleted by mistake. Both times it is recovered, verified, promoted, and compared with",
      "the ledger. Needs no network and no installed database. The directory stays; nothing of",
      "it runs on."
    },
    footer = {"aegis demo", "aegis demo --json", "aegis demo --directory /tmp/my-demo"})
public final class DemoCommand extends AegisCommand {
  /** The version that travels with the distribution; pinned in the parent's pom.xml. */
  private static final String VERSION = "17.10.0";

  private final CommandLineRunner runner;

  @Option(
      names = "--directory",
      paramLabel = "<path>",
      description = "Where it takes place; absent or empty. Default: a new one for each run.")
  private @Nullable Path directory;

  /**
   * @param runner runs one command line, as the program does
   */
  public DemoCommand(Session session, CommandLineRunner runner) {
    super(session);
    this.runner = runner;
  }

  @Override
  protected ExitCode run() throws InterruptedException {
    try {
      var verdict = play();
      session().show(verdict);
      return verdict.nothingMissing() ? ExitCode.OK : ExitCode.FAILED;
    } catch (SQLException e) {
      throw new IllegalStateException("the demo's shop cannot be asked: " + e.getMessage(), e);
    }
  }

  private Verdict play() throws InterruptedException, SQLException {
    var place = Stage.place(Optional.ofNullable(directory));
    var stage = new Stage(place, new EmbeddedPostgres(cache()).binaries(VERSION));
    var keyboard = new Keyboard(session(), runner, stage.configuration());
    try (var ledger = new Ledger(stage.ledger())) {
      return new Demo(stage, keyboard, ledger, session().time(), session()::remark).play();
    } finally {
      stage.leaveNothingRunning();
    }
  }

  private Path cache() {
    String told = session().surroundings().variables().getOrDefault("XDG_CACHE_HOME", "");
    var root = told.isEmpty() ? session().surroundings().home().resolve(".cache") : Path.of(told);
    return root.resolve("aegis");
  }
}
