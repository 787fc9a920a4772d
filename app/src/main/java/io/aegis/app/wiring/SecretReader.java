package io.aegis.app.wiring;

import static io.aegis.app.AppCode.SECRET_UNREADABLE;

import io.aegis.app.SecretReference;
import io.aegis.app.Surroundings;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Follows references to secrets, at the moment when they are needed and not before. */
public record SecretReader(Surroundings around) {
  private static final int PATIENCE_SECONDS = 30;

  /**
   * @throws Failure.Refused if the reference leads to no secret; the message never holds one
   */
  public Secret read(SecretReference reference) {
    return switch (reference) {
      case SecretReference.InFile file -> inFile(file);
      case SecretReference.InVariable variable -> inVariable(variable);
      case SecretReference.FromCommand command -> fromCommand(command);
    };
  }

  private static Secret inFile(SecretReference.InFile reference) {
    try {
      return Secret.takeOwnershipOf(withoutLineBreak(Files.readAllBytes(reference.file())));
    } catch (IOException e) {
      throw new Failure.Refused(
          Report.of(SECRET_UNREADABLE, "cannot read the secret in " + reference.file())
              .why(e.getClass().getSimpleName() + ": " + e.getMessage())
              .next("ls -l " + reference.file(), "aegis config show --origin"),
          e);
    }
  }

  private Secret inVariable(SecretReference.InVariable reference) {
    String value = around.variables().get(reference.name());
    if (value == null || value.isEmpty()) {
      throw new Failure.Refused(
          Report.of(SECRET_UNREADABLE, "the variable " + reference.name() + " is not set")
              .why("a setting refers to it as " + reference)
              .next("export " + reference.name() + "=…", "aegis config show --origin"));
    }
    return Secret.ofText(value);
  }

  private static Secret fromCommand(SecretReference.FromCommand reference) {
    try {
      var process = new ProcessBuilder("sh", "-c", reference.command())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      process.getOutputStream().close();
      byte[] printed = process.getInputStream().readAllBytes();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw commandFailed(reference, "it did not end within " + PATIENCE_SECONDS + "s");
      }
      if (process.exitValue() != 0 || printed.length == 0) {
        throw commandFailed(
            reference,
            printed.length == 0 && process.exitValue() == 0
                ? "it printed nothing"
                : "its exit code is " + process.exitValue());
      }
      return Secret.takeOwnershipOf(withoutLineBreak(printed));
    } catch (IOException e) {
      throw commandFailed(reference, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw commandFailed(reference, "it was interrupted");
    }
  }

  private static Failure commandFailed(SecretReference.FromCommand reference, String why) {
    return new Failure.Refused(
        Report.of(SECRET_UNREADABLE, "the command for a secret failed: " + reference.command())
            .why(why)
            .next("run it by hand: " + reference.command()));
  }

  private static byte[] withoutLineBreak(byte[] content) {
    int end = content.length;
    while (end > 0 && (content[end - 1] == '\n' || content[end - 1] == '\r')) {
      end--;
    }
    byte[] trimmed = Arrays.copyOf(content, end);
    Arrays.fill(content, (byte) 0);
    return trimmed;
  }
}
