package io.aegis.cli;

import io.aegis.cli.config.ConfigCommand;
import io.aegis.cli.demo.DemoCommand;
import io.aegis.cli.everyday.ApproveCommand;
import io.aegis.cli.everyday.BackupCommand;
import io.aegis.cli.everyday.CompletionCommand;
import io.aegis.cli.everyday.DoctorCommand;
import io.aegis.cli.everyday.ExplainCommand;
import io.aegis.cli.everyday.InitCommand;
import io.aegis.cli.everyday.VersionCommand;
import io.aegis.cli.evidence.EvidenceCommand;
import io.aegis.cli.execution.ExecutionCommand;
import io.aegis.cli.frame.GlobalOptions;
import io.aegis.cli.frame.HelpPage;
import io.aegis.cli.frame.Session;
import io.aegis.cli.key.KeyCommand;
import io.aegis.cli.plan.PlanCommand;
import io.aegis.cli.plan.RecoverCommand;
import io.aegis.cli.plan.ResumeCommand;
import io.aegis.cli.point.PointsCommand;
import io.aegis.cli.point.StatusCommand;
import io.aegis.cli.repo.RepoCommand;
import io.aegis.cli.wal.WalCommand;
import io.aegis.kernel.HumanTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.TypeConversionException;

/** The grammar: every command by its name, in the order in which help lists them. */
final class CommandTree {
  private static final SequencedMap<String, Function<Session, CommandLine>> COMMANDS =
      new LinkedHashMap<>();

  static {
    COMMANDS.put("init", session -> leaf(new InitCommand(session)));
    COMMANDS.put("doctor", session -> leaf(new DoctorCommand(session)));
    COMMANDS.put("status", session -> leaf(new StatusCommand(session)));
    COMMANDS.put("points", session -> leaf(new PointsCommand(session)));
    COMMANDS.put("backup", session -> leaf(new BackupCommand(session)));
    COMMANDS.put("plan", session -> leaf(new PlanCommand(session)));
    COMMANDS.put("recover", session -> leaf(new RecoverCommand(session)));
    COMMANDS.put("resume", session -> leaf(new ResumeCommand(session)));
    COMMANDS.put("approve", session -> leaf(new ApproveCommand(session)));
    COMMANDS.put("execution", ExecutionCommand::withVerbs);
    COMMANDS.put("evidence", EvidenceCommand::withVerbs);
    COMMANDS.put("wal", WalCommand::withVerbs);
    COMMANDS.put("repo", RepoCommand::withVerbs);
    COMMANDS.put("key", KeyCommand::withVerbs);
    COMMANDS.put("config", ConfigCommand::withVerbs);
    COMMANDS.put("demo", session -> leaf(new DemoCommand(session, Aegis::run)));
    COMMANDS.put("explain", session -> leaf(new ExplainCommand(session)));
    COMMANDS.put("completion", session -> leaf(new CompletionCommand(session)));
    COMMANDS.put("version", session -> leaf(new VersionCommand(session)));
  }

  private CommandTree() {}

  /** The root; what it does without a command is to show its help. */
  @Command(
      name = "aegis",
      header = "Disaster recovery you can prove.",
      description = {
        "",
        "Protects a PostgreSQL database, brings it back to any moment and shows what was measured.",
        "Help on one of them: 'aegis help <command>', or --help behind it. The version: --version."
      },
      footer = {"aegis init --discover", "aegis doctor", "aegis explain AEG-2104"})
  static final class Root implements Runnable {
    @Mixin
    private final GlobalOptions options;

    Root(GlobalOptions options) {
      this.options = options;
    }

    @Override
    public void run() {
      throw new IllegalStateException("the root has no action of its own: " + options);
    }
  }

  /** Every command: what help, completion and the reference page show. */
  static CommandLine whole(Session session) {
    return build(session, List.copyOf(COMMANDS.keySet()));
  }

  /**
   * The commands that these arguments can mean. Setting up a command costs milliseconds of
   * reflection, and a call needs one of them: so only those whose name occurs are made.
   */
  static CommandLine forArguments(Session session, String[] arguments) {
    var given = Arrays.asList(arguments);
    var meant = COMMANDS.keySet().stream().filter(given::contains).toList();
    boolean needsAll = meant.isEmpty() || meant.contains("completion");
    return needsAll ? whole(session) : build(session, meant);
  }

  private static CommandLine build(Session session, List<String> names) {
    var root = new CommandLine(new Root(session.options()));
    for (var command : COMMANDS.entrySet()) {
      if (names.contains(command.getKey())) {
        root.addSubcommand(command.getKey(), command.getValue().apply(session));
      }
    }
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setAbbreviatedOptionsAllowed(false);
    root.registerConverter(Duration.class, CommandTree::duration);
    HelpPage.layOut(root, session.terminal().look().width());
    return root;
  }

  /** Said by itself: picocli would tell of the conversion, and of the class of the exception. */
  private static Duration duration(String text) {
    try {
      return HumanTime.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  private static CommandLine leaf(Object command) {
    return new CommandLine(command);
  }
}
