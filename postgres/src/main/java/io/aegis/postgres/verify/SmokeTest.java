package io.aegis.postgres.verify;

import io.aegis.kernel.HumanTime;
import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.account.Session;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The owner's own script, run against the recovered database: exit code 0 says that it works.
 *
 * @param command for the shell
 * @param directory in which it runs
 * @param limit after which it is ended, with all that {@link Session} finds, and has failed
 */
public record SmokeTest(String command, Path directory, Duration limit) {
  /** For what is still on its way out when the script is: {@code exec > >(tee log)} is usual. */
  private static final Duration GRACE = Duration.ofMillis(500);

  /**
   * Returns, or is interrupted, without waiting for what the script left in the background.
   *
   * @param runner as whom it runs: as whom the recovered server does, who may do no more than that
   * @param environment where the database is: {@code PGHOST} and its like
   * @param lines receives each line of its output as it comes, and none after this has returned
   */
  public Measurement run(
      Account runner, Map<String, String> environment, Consumer<String> lines, TimeSource time)
      throws InterruptedException {
    long begun = time.nanos();
    Verdict verdict;
    try (var output = new SmokeOutput(lines)) {
      var builder = runner
          .program(List.of("sh", "-c", command))
          .directory(directory.toFile())
          .redirectErrorStream(true);
      builder.environment().putAll(environment);
      verdict = watch(builder.start(), output, time);
    } catch (IOException e) {
      verdict = new Verdict.Failed(String.valueOf(e.getMessage()));
    }
    return new Measurement("smoke test", verdict, Duration.ofNanos(time.nanos() - begun));
  }

  private Verdict watch(Process process, SmokeOutput output, TimeSource time)
      throws IOException, InterruptedException {
    try (var session = new Session(process, time)) {
      process.getOutputStream().close();
      // Aside: the read of a pipe ends for no interrupt, and not before the last one who holds it
      // does, be it a daemon that nobody finds.
      var copied = TaskScope.aside("smoke-test", () -> output.copy(process));
      boolean inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      boolean alone = inTime && session.isGoneWithin(GRACE);
      var left = session.end();
      boolean quiet = isDone(copied);
      if (!inTime) {
        return new Verdict.Failed(
            "it did not end within " + HumanTime.of(limit) + remark(true, left, quiet));
      }
      String words = "it ended with " + process.exitValue() + remark(alone, left, quiet);
      return process.exitValue() == 0 ? new Verdict.Passed(words) : new Verdict.Failed(words);
    }
  }

  private static boolean isDone(CompletableFuture<Void> copied) throws InterruptedException {
    try {
      copied.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown; // by who was given its lines
      }
      throw new IllegalStateException("its output could not be passed on", e.getCause());
    }
  }

  /** What it left behind, and what became of that. */
  private static String remark(boolean alone, List<Long> left, boolean quiet) {
    if (!left.isEmpty()) {
      return "; these processes of it cannot be ended: " + left;
    }
    if (!quiet) {
      return "; something that it started in another session holds its output and still runs";
    }
    return alone ? "" : "; it left something running in the background, which was ended";
  }
}
