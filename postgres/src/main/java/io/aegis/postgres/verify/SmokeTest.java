package io.aegis.postgres.verify;

import io.aegis.kernel.HumanTime;
import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The owner's own script, run against the recovered database: exit code 0 says that it works.
 *
 * @param command for the shell
 * @param directory in which it runs
 * @param limit after which it is ended, with all its children, and has failed
 */
public record SmokeTest(String command, Path directory, Duration limit) {

  /**
   * @param runner as whom it runs: as whom the recovered server does, who may do no more than that
   * @param environment where the database is: {@code PGHOST} and its like
   * @param lines receives each line of its output as it comes
   */
  public Measurement run(
      Account runner, Map<String, String> environment, Consumer<String> lines, TimeSource time)
      throws InterruptedException {
    long begun = time.nanos();
    Verdict verdict;
    try {
      var builder = runner
          .program(List.of("sh", "-c", command))
          .directory(directory.toFile())
          .redirectErrorStream(true);
      builder.environment().putAll(environment);
      verdict = watch(builder.start(), lines);
    } catch (IOException e) {
      verdict = new Verdict.Failed(String.valueOf(e.getMessage()));
    }
    return new Measurement("smoke test", verdict, Duration.ofNanos(time.nanos() - begun));
  }

  private Verdict watch(Process process, Consumer<String> lines)
      throws IOException, InterruptedException {
    process.getOutputStream().close();
    try (var scope = TaskScope.waiting("smoke-test", 1)) {
      scope.fork(() -> {
        copy(process, lines);
        return null;
      });
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        end(process);
        return new Verdict.Failed("it did not end within " + HumanTime.of(limit));
      }
      scope.join();
      return process.exitValue() == 0
          ? new Verdict.Passed("it ended with 0")
          : new Verdict.Failed("it ended with " + process.exitValue());
    } finally {
      end(process);
    }
  }

  private static void copy(Process process, Consumer<String> lines) {
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(lines);
    } catch (IOException | java.io.UncheckedIOException e) {
      lines.accept("(its output ended: " + e.getMessage() + ")");
    }
  }

  /** Its children too: they hold its output open, and nothing of it may go on. */
  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
