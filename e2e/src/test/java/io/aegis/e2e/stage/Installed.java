package io.aegis.e2e.stage;

import io.aegis.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The program {@code ./aegis} of this build, run in one directory with variables of its own.
 *
 * @param directory where it runs and finds {@code aegis.yaml}
 * @param variables added to those of the test
 * @param limit after which a command that should have ended is killed, and the test fails
 */
public record Installed(Path directory, Map<String, String> variables, Duration limit) {
  /** What the exit code of a process is that {@code kill -9} or {@code AEGIS_CRASH_AT} ended. */
  public static final int KILLED = 137;

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  public Installed {
    variables = Map.copyOf(variables);
  }

  /** Keeps what Aegis would keep in the user's folders below {@code directory}. */
  public static Installed in(Path directory) {
    return new Installed(
        directory,
        Map.of("AEGIS_AOT", "off", "XDG_STATE_HOME", directory.resolve("state").toString()),
        PATIENCE);
  }

  public Installed with(String variable, String value) {
    var more = new HashMap<>(variables);
    more.put(variable, value);
    return new Installed(directory, more, limit);
  }

  /** How one command ended. */
  public record Result(List<String> command, int exit, String out, String err) {
    /** The one JSON document on stdout. */
    public Json.Obj document() {
      return Json.parseObject(out);
    }

    /** This, if it ended with that code; otherwise the test fails with all it said. */
    public Result expect(int code) {
      if (exit != code) {
        throw new AssertionError(
            "%s ended with %d, not %d\n%s\n%s".formatted(command, exit, code, out, err));
      }
      return this;
    }
  }

  /** Runs a command to its end. */
  public Result run(String... arguments) {
    try (var running = start(arguments)) {
      return running.await(limit);
    }
  }

  /** Starts a command and goes on. */
  public Running start(String... arguments) {
    var command = new ArrayList<>(List.of(launcher().toString()));
    command.addAll(List.of(arguments));
    try {
      var out = Files.createTempFile(directory, "aegis-", ".out");
      var err = Files.createTempFile(directory, "aegis-", ".err");
      var builder = new ProcessBuilder(command)
          .directory(directory.toFile())
          .redirectOutput(out.toFile())
          .redirectError(err.toFile());
      builder.environment().putAll(variables);
      var process = builder.start();
      process.getOutputStream().close(); // nobody is there to answer
      return new Running(command, process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command, e);
    }
  }

  /** A command while it runs. {@link #close} kills it, if it has not ended, and its files go. */
  public static final class Running implements AutoCloseable {
    private final List<String> command;
    private final Process process;
    private final Path out;
    private final Path err;

    private Running(List<String> command, Process process, Path out, Path err) {
      this.command = List.copyOf(command);
      this.process = process;
      this.out = out;
      this.err = err;
    }

    public boolean isAlive() {
      return process.isAlive();
    }

    /** What it has said on stderr so far. */
    public String saidSoFar() {
      return read(err);
    }

    /** SIGTERM, then its end. */
    public Result stop() {
      process.destroy();
      return await(PATIENCE);
    }

    /** SIGKILL; it is gone on return. */
    public void kill() {
      process.destroyForcibly();
      process.onExit().join();
    }

    /** Waits for it to end by itself. */
    public Result await(Duration limit) {
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new AssertionError(
              command + " did not end within " + limit + "\n" + read(out) + "\n" + read(err));
        }
        return new Result(command, process.exitValue(), read(out), read(err));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + command, e);
      }
    }

    @Override
    public void close() {
      kill();
      try {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Path launcher() {
    var root = Stream.iterate(
            Path.of(System.getProperty("basedir", "")).toAbsolutePath(), Path::getParent)
        .filter(directory -> Files.isExecutable(directory.resolve("aegis")))
        .findFirst()
        .orElseThrow();
    if (!Files.isDirectory(root.resolve("cli/target/dist/lib"))) {
      throw new AssertionError(
          "there is no built distribution: ./mvnw package -DskipTests -pl cli -am");
    }
    return root.resolve("aegis");
  }
}
