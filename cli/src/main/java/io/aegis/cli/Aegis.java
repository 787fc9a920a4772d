package io.aegis.cli;

import io.aegis.app.Surroundings;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Failures;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Terminal;
import io.aegis.kernel.TimeSource;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The program {@code aegis}. */
public final class Aegis {
  private Aegis() {}

  public static void main(String[] arguments) {
    var surroundings = Surroundings.ofProcess();
    var terminal = Terminal.ofProcess(surroundings.variables());
    var session = new Session(terminal, surroundings, TimeSource.system());
    session.interrupts().listenToCtrlC();
    System.exit(run(session, arguments));
  }

  /** Runs one command line; everything it needs of the outside world is in {@code session}. */
  static int run(Session session, String... arguments) {
    var failures = new Failures(session, ExitCodes.OF_FAILURES);
    var words = asCommand(arguments);
    CommandLine root = CommandTree.forArguments(session, words);
    root.setOut(new PrintWriter(session.terminal().out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(session.terminal().err(), true, StandardCharsets.UTF_8));
    root.setParameterExceptionHandler(failures::show);
    root.setExecutionExceptionHandler(
        (thrown, command, _) -> failures.show(thrown, command.getCommandSpec().qualifiedName()));
    root.setExecutionStrategy(parsed -> execute(session, parsed));
    int exit = root.execute(words);
    session.terminal().out().flush();
    return exit;
  }

  /** What every other program understands is understood, too. */
  private static String[] asCommand(String... arguments) {
    if (arguments.length == 1 && List.of("--version", "-V").contains(arguments[0])) {
      return new String[] {"version"};
    }
    if (arguments.length > 0 && arguments[0].equals("help")) {
      return Stream.concat(Arrays.stream(arguments).skip(1), Stream.of("--help"))
          .toArray(String[]::new);
    }
    return arguments;
  }

  private static int execute(Session session, ParseResult parsed) {
    Integer helpShown = CommandLine.executeHelpRequest(parsed);
    if (helpShown != null) {
      return helpShown;
    }
    if (!parsed.hasSubcommand()) {
      parsed.commandSpec().commandLine().usage(session.terminal().out());
      return ExitCode.OK.number();
    }
    try (var _ = session.interrupts().after(session.options().timeout())) {
      return new CommandLine.RunLast().execute(parsed);
    }
  }
}
