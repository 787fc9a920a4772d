package io.aegis.app.wiring;

import static io.aegis.app.AppCode.SECRET_UNREADABLE;

import io.aegis.app.SecretReference;
import io.aegis.app.Surroundings;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;

/**
 * Follows references to secrets, at the moment when they are needed and not before.
 *
 * @param patience how long a command may take that prints one
 */
public record SecretReader(Surroundings around, Duration patience) {
  private static final Duration USUAL_PATIENCE = Duration.ofSeconds(30);

  public SecretReader(Surroundings around) {
    this(around, USUAL_PATIENCE);
  }

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
              .why(FileFault.why(e))
              .next(
                  "ls -l " + reference.file(),
                  "aegis config show --origin",
                  "if it is the repository's key, and you have recovery words: take repository.key"
                      + " out of aegis.yaml, and type them when you are asked"),
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

  private Secret fromCommand(SecretReference.FromCommand reference) {
    byte[] printed = new SecretCommand(reference, patience).output();
    return Secret.takeOwnershipOf(withoutLineBreak(printed));
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
