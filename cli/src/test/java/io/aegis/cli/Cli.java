package io.aegis.cli;

import io.aegis.app.Surroundings;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.Terminal;
import io.aegis.kernel.TimeSource;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.ToIntFunction;

/** A command line in this process, with its streams captured. */
public final class Cli {
  private final Path directory;
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Set<Terminal.Stream> people = EnumSet.noneOf(Terminal.Stream.class);
  private TimeSource time = TimeSource.system();
  private String typed = "";
  private String user = "alice";
  private final Queue<String> unseen = new ArrayDeque<>();
  private final List<String> questions = new ArrayList<>();

  public Cli(Path directory) {
    this.directory = directory;
  }

  /** What one run left behind. */
  public record Result(int exit, String out, String err) {}

  /** Sets an environment variable. */
  public Cli with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** Sits a person at all three streams, who types {@code lines}. */
  public Cli person(String... lines) {
    people.addAll(EnumSet.allOf(Terminal.Stream.class));
    typed = String.join("\n", lines) + "\n";
    return this;
  }

  /** Has the person type {@code lines} where that is not shown. */
  public Cli unseen(String... lines) {
    unseen.addAll(List.of(lines));
    return this;
  }

  /** Redirects what should go to a person. */
  public Cli redirected(Terminal.Stream stream) {
    people.remove(stream);
    return this;
  }

  private Optional<String> typeUnseen(String question) {
    questions.add(question);
    return Optional.ofNullable(unseen.poll());
  }

  /** What was asked without showing the answer. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  /** Who types it. */
  public Cli as(String person) {
    user = person;
    return this;
  }

  public Cli at(TimeSource clock) {
    time = clock;
    return this;
  }

  /** Runs {@code aegis} with these arguments. */
  public Result run(String... arguments) {
    return capture(session -> Aegis.run(session, arguments));
  }

  /** Does something with a session whose streams are captured. */
  public Result capture(ToIntFunction<Session> work) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exit = work.applyAsInt(session(out, err));
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A session without a command. */
  public Session session() {
    return session(new ByteArrayOutputStream(), new ByteArrayOutputStream());
  }

  private Session session(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    var terminal = new Terminal(
        new PrintStream(out, false, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new BufferedReader(new StringReader(typed)),
        this::typeUnseen,
        new Terminal.Look(100, ZoneId.of("Europe/Berlin")),
        people);
    var account = new Surroundings.Account(user, "db-1");
    return new Session(
        terminal, new Surroundings(variables, directory, directory.resolve("home"), account), time);
  }
}
