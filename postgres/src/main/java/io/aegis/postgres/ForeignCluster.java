package io.aegis.postgres;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import java.util.Optional;

/** A connection that leads to another cluster than the one that is protected. */
final class ForeignCluster {
  private ForeignCluster() {}

  /**
   * @param known the cluster that the component's snapshots are of, if there is one
   * @throws Refused if {@code met} is another one
   */
  static void refuse(Optional<SystemIdentifier> known, SystemIdentifier met) {
    if (known.isPresent() && !known.get().equals(met)) {
      throw new Refused(Report.of(
              PostgresCode.WRONG_CLUSTER,
              "the server that answers is cluster " + met + ", not the one that is protected")
          .why("the snapshots of this component are of cluster " + known.get())
          .safe("nothing of this server was stored; what is stored stays as it is")
          .next(
              "aegis config show    (do host, port and data directory lead to the right server?)",
              "if it is a new cluster (pg_upgrade, initdb, restored from a dump): give it another"
                  + " database.name in aegis.yaml"));
    }
  }
}
