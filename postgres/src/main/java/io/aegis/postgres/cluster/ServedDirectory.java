package io.aegis.postgres.cluster;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCluster.Facts;
import io.aegis.postgres.control.ControlFileReader;
import io.aegis.postgres.server.Postmaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether a directory is the one that a server serves (trap T2). After a recovery the lost one is
 * often still there: the same cluster by its identifier, and not what the server writes to.
 */
public record ServedDirectory(Path directory, Facts server) {

  /**
   * Why it is another one, as far as that can be told.
   *
   * @throws io.aegis.kernel.Failure if it is no data directory, or is damaged
   */
  public Optional<String> whyNot(TimeSource time) throws InterruptedException {
    var control = new ControlFileReader(time).read(directory).content();
    if (!control.system().equals(server.system())) {
      return Optional.of(
          "it is of the cluster " + control.system() + ", the server is " + server.system());
    }
    if (servesAnother()) {
      return Optional.of("the server's own is " + server.dataDirectory());
    }
    var timeline = control.checkpoint().timeline();
    return timeline.id() < server.timeline().id()
        ? Optional.of("its last checkpoint is on timeline " + timeline + ", the server's on "
            + server.timeline() + ", in " + server.dataDirectory())
        : Optional.empty();
  }

  /**
   * The path is the server's, which may see another file system than this process does, in a
   * container: so it only counts where a server is really seen to run on it.
   */
  private boolean servesAnother() {
    var served = server.dataDirectory();
    try {
      return Postmaster.of(served).isPresent() && !Files.isSameFile(served, directory);
    } catch (IOException | Unavailable _) {
      return false; // this account may not look there; the control file still tells
    }
  }

  public String remedy() {
    return "set database.data-directory in aegis.yaml to " + server.dataDirectory();
  }
}
