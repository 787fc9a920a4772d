package io.aegis.cli.demo;

import io.aegis.app.Surroundings;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Terminal;
import io.aegis.kernel.Json;
import io.aegis.kernel.TaskScope;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Types commands as a person would, in the same process, and reads what they print. */
final class Keyboard {
  private final Session stage;
  private final CommandLineRunner runner;
  private final Path configuration;

  Keyboard(Session stage, CommandLineRunner runner, Path configuration) {
    this.stage = stage;
    this.runner = runner;
    this.configuration = configuration;
  }

  /**
   * What a command answered.
   *
   * @param line as it was typed
   */
  record Reply(String line, int exit, String out, String err) {

    /** The document on its stdout. */
    Json.Obj document() {
      return Json.parseObject(out);
    }

    /** A Ctrl-C that reached the command was meant for the demo. */
    Reply orFail() throws InterruptedException {
      if (exit == ExitCode.INTERRUPTED.number()) {
        throw new InterruptedException(line + " was interrupted");
      }
      if (exit != 0) {
        throw new IllegalStateException(line + " ended with " + exit + ":\n" + err + out);
      }
      return this;
    }
  }

  /** Shows the command, runs it, and fails unless it ends well. */
  Reply type(String... words) throws InterruptedException {
    show(String.join(" ", words));
    return run(words).orFail();
  }

  /** Shows the command, as one that goes on beside all that follows, and runs it in the scope. */
  TaskScope.Task<Reply> typeBeside(TaskScope scope, String... words) throws InterruptedException {
    show(String.join(" ", words) + " &");
    return scope.fork(() -> run(words));
  }

  private void show(String command) {
    stage.remark("\n$ aegis " + command);
  }

  /** Runs it; {@code -c} and {@code --json} are added. */
  Reply run(String... words) {
    var line = new ArrayList<>(List.of(words));
    line.addAll(List.of("-c", configuration.toString(), "--json"));
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var terminal = new Terminal(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new BufferedReader(new StringReader("")),
        _ -> Optional.empty(),
        stage.terminal().look(),
        Set.of());
    var session = new Session(terminal, withoutSettings(stage.surroundings()), stage.time());
    int exit = runner.run(session, line.toArray(String[]::new));
    return new Reply(
        "aegis " + String.join(" ", words),
        exit,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }

  /** Variables win over a file: one that names a real repository must never reach the demo. */
  private static Surroundings withoutSettings(Surroundings around) {
    var variables = new HashMap<>(around.variables());
    variables.keySet().removeIf(name -> name.startsWith("AEGIS_"));
    return new Surroundings(variables, around.directory(), around.home(), around.account());
  }
}
