package io.aegis.kernel.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program with its arguments, run to its end. Its output goes through a file, so that a child it
 * leaves behind cannot hold the reader.
 *
 * @param command the program, then its arguments
 * @param environment variables added to those of the test
 * @param limit after which it is killed and the test fails
 */
public record Program(List<String> command, Map<String, String> environment, Duration limit) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  public Program {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  public static Program of(List<String> command) {
    return new Program(command, Map.of(), PATIENCE);
  }

  public static Program of(String... command) {
    return of(List.of(command));
  }

  public Program with(Map<String, String> variables) {
    return new Program(command, variables, limit);
  }

  public Program within(Duration time) {
    return new Program(command, environment, time);
  }

  /**
   * How it ended.
   *
   * @param exit its exit code
   * @param text what it wrote on stdout and stderr, in the order written
   */
  public record Ended(Program program, int exit, String text) {

    /** The text, without the white space around it. */
    public String orFail() {
      if (exit != 0) {
        throw new AssertionError(program.command + " ended with " + exit + ":\n" + text);
      }
      return text.strip();
    }
  }

  public Ended run() {
    try {
      var output = Files.createTempFile("aegis-program", ".out");
      try {
        return run(output);
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    }
  }

  private Ended run(Path output) throws IOException, InterruptedException {
    var process = builder().redirectOutput(output.toFile()).start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(command + " did not end within " + limit + ":\n" + read(output));
      }
      return new Ended(this, process.exitValue(), read(output));
    } finally {
      process.destroyForcibly();
    }
  }

  /** To start it without waiting; stdout and stderr are one stream. */
  public ProcessBuilder builder() {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder;
  }

  private static String read(Path output) throws IOException {
    return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
  }
}
