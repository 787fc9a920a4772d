package io.aegis.kernel.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * The real parts that {@code scripts/parts} brings. A test that lacks one is skipped, and written
 * down with the command that brings the part; the test command prints that list at its very end.
 * With {@code CI=true} the test fails instead.
 */
public final class Parts {
  private static final Parts HERE = new Parts(script(), list(), policy());

  private final Path script;
  private final Path list;
  private final OnAbsence onAbsence;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  Parts(Path script, Path list, OnAbsence onAbsence) {
    this.script = script;
    this.list = list;
    this.onAbsence = onAbsence;
  }

  /** What becomes of a test that lacks a part. */
  enum OnAbsence {
    SKIP,
    FAIL
  }

  /** Where a part is, or how to get it. */
  sealed interface Answer {
    record Present(Path directory) implements Answer {}

    record Absent(String remedy) implements Answer {}
  }

  /** The part's directory, with its programs in {@code bin}; skips the running test if absent. */
  public static Path require(String name) {
    return HERE.directory(name, caller());
  }

  static Parts here() {
    return HERE;
  }

  Path directory(String name, String test) {
    return switch (ask(name)) {
      case Answer.Present(var directory) -> directory;
      case Answer.Absent(var remedy) -> throw new TestAbortedException(skip(test, name, remedy));
    };
  }

  Answer ask(String name) {
    return answers.computeIfAbsent(name, this::look);
  }

  /**
   * Writes the skip down and returns its reason.
   *
   * @throws AssertionError naming the command, where nothing may be skipped
   */
  String skip(String test, String name, String remedy) {
    var reason = test + " needs " + name + ": " + remedy;
    if (onAbsence == OnAbsence.FAIL) {
      throw new AssertionError(reason);
    }
    try {
      Files.createDirectories(list.toAbsolutePath().getParent());
      Files.writeString(list, reason + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write down a skipped test in " + list, e);
    }
    return reason;
  }

  private Answer look(String name) {
    var asked = Program.of(script.toString(), "path", name).run();
    return switch (asked.exit()) {
      case 0 -> new Answer.Present(Path.of(asked.text().strip()));
      case 1 -> new Answer.Absent(asked.text().strip());
      default -> throw new IllegalArgumentException(asked.text());
    };
  }

  private static Path script() {
    return Stream.iterate(basedir(), Path::getParent)
        .takeWhile(directory -> directory != null)
        .map(directory -> directory.resolve("scripts/parts"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no scripts/parts above " + basedir()));
  }

  private static Path list() {
    return basedir().resolve("target/skipped-tests.txt");
  }

  /** The module under test; set by Maven, else the working directory. */
  private static Path basedir() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
  }

  private static OnAbsence policy() {
    return "true".equals(System.getenv("CI")) ? OnAbsence.FAIL : OnAbsence.SKIP;
  }

  private static String caller() {
    var suffixes = List.of("Test", "Sim", "IT", "E2E");
    return StackWalker.getInstance()
        .walk(frames -> frames
            .map(frame -> frame.getClassName() + "." + frame.getMethodName())
            .filter(name -> suffixes.stream().anyMatch(name.replaceAll("[.][^.]*$", "")::endsWith))
            .findFirst()
            .orElse("a test"));
  }
}
