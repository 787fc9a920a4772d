package io.aegis.app.wiring;

import static io.aegis.app.AppCode.SECRET_INTERRUPTED;
import static io.aegis.app.AppCode.SECRET_UNREADABLE;

import io.aegis.app.SecretReference;
import io.aegis.kernel.Failure;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the command behind a {@code cmd:} reference. It is a stranger, which may hang, ask for what
 * nobody types, or start others: it has its time, and leaves nothing behind that can be found.
 *
 * @param patience how long it may take, its own children included
 */
record SecretCommand(SecretReference.FromCommand reference, Duration patience) {
  private static final Executor READERS = Executors.newVirtualThreadPerTaskExecutor();

  private static final int LONGEST = 64 << 10;
  private static final int LONGEST_REMARK = 200;

  /**
   * What it prints on its stdout; never empty.
   *
   * @throws Failure.Refused if it fails, prints nothing, or is not done in time
   * @throws Failure.Unavailable if this thread was interrupted, which stays marked
   */
  byte[] output() {
    try {
      var said = Files.createTempFile("aegis-secret-", ".err");
      try {
        return run(said);
      } finally {
        Files.delete(said);
      }
    } catch (IOException | UncheckedIOException e) {
      throw failed(String.valueOf(e.getMessage()));
    }
  }

  private byte[] run(Path said) throws IOException {
    var process = new ProcessBuilder("sh", "-c", reference.command())
        .redirectError(said.toFile())
        .start();
    try {
      process.getOutputStream().close();
      // Not a TaskScope, which waits for its threads: who went into the background with the pipe in
      // its hands is not found any more, and would be waited for as long as it lives. Nor the pool
      // of everybody, where such a one would hold the thread of the next command as long.
      var printed = CompletableFuture.supplyAsync(() -> read(process.getInputStream()), READERS);
      byte[] secret = printed.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException();
      }
      return requireWhole(process.exitValue(), secret, said);
    } catch (TimeoutException e) {
      throw failed("it did not end within " + HumanTime.of(patience) + remark(said));
    } catch (ExecutionException e) {
      throw failed(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Unavailable(
          Report.of(SECRET_INTERRUPTED, "waiting for a secret was interrupted")
              .why("the command was still running: " + reference.command())
              .safe("nothing was started")
              .next("repeat the command"),
          e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static byte[] read(InputStream output) {
    try (output) {
      return output.readNBytes(LONGEST + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] requireWhole(int exit, byte[] secret, Path said) throws IOException {
    if (exit != 0) {
      throw failed("its exit code is " + exit + remark(said));
    }
    if (secret.length == 0) {
      throw failed("it printed nothing" + remark(said));
    }
    if (secret.length > LONGEST) {
      throw failed("it printed more than " + LONGEST + " bytes");
    }
    return secret;
  }

  /** The last thing that it complained of; its stdout, where a secret may be, is never shown. */
  private static String remark(Path said) throws IOException {
    var lines =
        Files.readString(said, StandardCharsets.ISO_8859_1).strip().lines().toList();
    if (lines.isEmpty()) {
      return "";
    }
    String last = lines.getLast();
    return "; it says: " + last.substring(0, Math.min(last.length(), LONGEST_REMARK));
  }

  private Failure failed(String why) {
    return new Failure.Refused(
        Report.of(SECRET_UNREADABLE, "the command for a secret failed: " + reference.command())
            .why(why)
            .next("run it by hand: " + reference.command()));
  }
}
