package io.aegis.cli.terminal;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The three streams of the process. Data goes to {@code out}; progress, questions and errors go to
 * {@code err}, so that a pipe only ever carries data.
 *
 * @param unseen to be asked only where {@link #canAskUnseen}
 * @param people the streams that have a person at the other end and not a file or a pipe
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    BufferedReader in,
    Unseen unseen,
    Look look,
    Set<Stream> people) {

  private static final int DEFAULT_WIDTH = 100;

  /** One of the three. */
  public enum Stream {
    IN(0),
    OUT(1),
    ERR(2);

    private final int descriptor;

    Stream(int descriptor) {
      this.descriptor = descriptor;
    }
  }

  /**
   * How text is laid out.
   *
   * @param width in columns
   * @param zone in which times are shown to people
   */
  public record Look(int width, ZoneId zone) {}

  /** Where what is typed is not shown. */
  @FunctionalInterface
  public interface Unseen {
    /** Asks; empty when the input has ended, or where it would be shown after all. */
    Optional<String> ask(String question);
  }

  public Terminal {
    people = Set.copyOf(people);
  }

  /** The streams of this process. */
  public static Terminal ofProcess(Map<String, String> variables) {
    var people = EnumSet.noneOf(Stream.class);
    for (var stream : Stream.values()) {
      if (isTerminal(stream.descriptor)) {
        people.add(stream);
      }
    }
    return new Terminal(
        new PrintStream(System.out, false, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
        Terminal::byConsole,
        new Look(width(variables), ZoneId.systemDefault()),
        people);
  }

  // The JDK only tells whether all three streams are terminals. Linux shows each by itself.
  private static boolean isTerminal(int descriptor) {
    try {
      String target =
          Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.matches("/dev/(tty.*|console)");
    } catch (IOException e) {
      return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }
  }

  private static int width(Map<String, String> variables) {
    String columns = variables.getOrDefault("COLUMNS", "");
    return columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
  }

  public boolean isPerson(Stream stream) {
    return people.contains(stream);
  }

  /** Whether a question can be asked and answered. */
  public boolean canAsk() {
    return isPerson(Stream.IN) && isPerson(Stream.ERR);
  }

  /** Asks on {@code err}; empty when the input has ended. */
  public Optional<String> ask(String question) {
    err.print(question);
    err.flush();
    try {
      return Optional.ofNullable(in.readLine()).map(String::strip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether a question can be asked whose answer must not be seen. The JDK asks it on {@code out},
   * so that one has to be a terminal, too.
   */
  public boolean canAskUnseen() {
    return canAsk() && isPerson(Stream.OUT);
  }

  private static Optional<String> byConsole(String question) {
    return Optional.ofNullable(System.console())
        .filter(Console::isTerminal)
        .map(console -> console.readPassword("%s", question))
        .map(String::new);
  }
}
