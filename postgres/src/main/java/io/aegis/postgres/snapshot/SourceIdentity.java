package io.aegis.postgres.snapshot;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.PostgresCluster.Facts;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.cluster.ServedDirectory;
import io.aegis.postgres.control.ControlFile;
import io.aegis.postgres.control.ControlFileReader;

/**
 * Makes sure that the files to be copied are those of the server that answers, and as new as it
 * says (trap T2): a wrong path, a stale mount or a snapshot of a volume would look the same
 * otherwise.
 */
final class SourceIdentity {
  private final PostgresCluster cluster;
  private final Facts server;

  SourceIdentity(PostgresCluster cluster, Facts server) {
    this.cluster = cluster;
    this.server = server;
  }

  /** Before anything is asked of the server. */
  void requireServed() throws InterruptedException {
    var other = new ServedDirectory(cluster.dataDirectory(), server).whyNot(cluster.time());
    if (other.isPresent()) {
      throw wrong(other.get());
    }
  }

  /** After the starting checkpoint: the directory must show it. */
  ControlFile requireShows(Lsn begin) throws InterruptedException {
    var control = control();
    if (control.checkpoint().redo().isBefore(begin)) {
      throw wrong("its last checkpoint is at " + control.checkpoint().redo()
          + ", the server has just written one at " + begin);
    }
    return control;
  }

  private ControlFile control() throws InterruptedException {
    return new ControlFileReader(cluster.time()).read(cluster.dataDirectory()).content();
  }

  private Failure.Refused wrong(String why) {
    return new Failure.Refused(Report.of(
            PostgresCode.WRONG_DATA_DIRECTORY,
            cluster.dataDirectory() + " is not the data directory of " + cluster.connection())
        .why(why)
        .next(new ServedDirectory(cluster.dataDirectory(), server).remedy(), "aegis doctor"));
  }
}
