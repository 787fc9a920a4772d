package io.aegis.postgres;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.cluster.ClusterProbe;
import io.aegis.postgres.cluster.LocalDiscovery;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A running cluster that is to be protected: how to reach it by SQL and where its files are. Holds
 * no connection: each question opens one and closes it.
 *
 * @param dataDirectory as this process sees it
 */
public record PostgresCluster(ConnectionSettings connection, Path dataDirectory, TimeSource time) {

  /** The oldest and the newest major version that is supported. */
  public static final int OLDEST = 15;

  public static final int NEWEST = 18;

  /**
   * What the server says of itself.
   *
   * @throws io.aegis.kernel.Failure.Unavailable if it does not answer
   * @throws io.aegis.kernel.Failure.Refused if it refuses the login, or is of another version
   */
  public Facts facts() {
    return new ClusterProbe(this).facts();
  }

  /**
   * Looks at everything that a snapshot and the stream of the log depend on; never changes
   * anything.
   *
   * @throws io.aegis.kernel.Failure if the server cannot be asked at all
   */
  public List<Readiness> readiness() throws InterruptedException {
    return new ClusterProbe(this).readiness();
  }

  /** Whether it has tablespaces, outside of its data directory, that are not known by number. */
  public Readiness tablespacesSince(Set<Long> known) {
    return new ClusterProbe(this).tablespacesSince(known);
  }

  /**
   * Looks at the settings and privileges without which a snapshot cannot succeed; quick.
   *
   * @throws io.aegis.kernel.Failure.Refused with each that is missing, and its remedy
   */
  public void requireReady() {
    new ClusterProbe(this).requireReady();
  }

  /** The servers that run on this machine, as far as this account may see them. */
  public static List<Found> discover() {
    return LocalDiscovery.find();
  }

  /** Whether a server writes. */
  public enum Role {
    PRIMARY,
    STANDBY
  }

  /**
   * What a server says of itself.
   *
   * @param version as in {@code server_version_num}: 170010
   * @param catalogVersion the eight digits that name the layout of the system catalog
   * @param incarnation the life it leads: its setting, or the root of its system identifier
   * @param dataDirectory as the server sees it
   * @param asked when, by the server's clock
   */
  public record Facts(
      int version,
      SystemIdentifier system,
      int catalogVersion,
      Timeline timeline,
      Incarnation incarnation,
      Role role,
      Path dataDirectory,
      Instant asked) {

    public int major() {
      return version / 10_000;
    }
  }

  /**
   * A server that runs here.
   *
   * @param major its version, from PG_VERSION
   * @param socketDirectory empty if it has no Unix socket
   * @param binaries the directory of its programs; empty if this account may not see it
   * @param owner the account that owns the data directory
   */
  public record Found(
      int major,
      Path dataDirectory,
      int port,
      String socketDirectory,
      String binaries,
      String owner) {}
}
