package io.aegis.app;

import io.aegis.app.config.ConfigFiles;
import io.aegis.app.config.DraftText;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Report;
import io.aegis.postgres.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A first {@code aegis.yaml} for a server that was found on this machine.
 *
 * @param repository the location, as the file will say it
 */
public record ConfigDraft(
    String application, String repository, String user, PostgresCluster.Found server) {

  /** The file's content: valid, commented, with every path that has to be looked at. */
  public String text() {
    return DraftText.of(this);
  }

  /**
   * Writes it to a file that is not there yet, and that nobody will name: it must be one to
   * believe.
   *
   * @throws Failure.Refused if others could replace it; if it is there, or cannot be written
   */
  public void writeToBeFound(Path file) {
    ConfigFiles.requireTrustedPlace(file);
    write(file);
  }

  /**
   * Writes it to a file that is not there yet.
   *
   * @throws Failure.Refused if it is there, or cannot be written
   */
  public void write(Path file) {
    try {
      Files.writeString(file, text(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new Failure.Refused(
          Report.of(AppCode.CONFIG_UNREADABLE, "cannot write " + file)
              .why(FileFault.why(e))
              .next("choose another place: aegis init --discover -c <file>"),
          e);
    }
  }
}
