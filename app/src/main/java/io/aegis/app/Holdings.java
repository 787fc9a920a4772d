package io.aegis.app;

import io.aegis.app.Configuration.DatabaseSettings;
import io.aegis.app.Configuration.Essentials;
import io.aegis.app.OpenRepository.Outside;
import io.aegis.app.wiring.ClusterWiring;
import io.aegis.app.wiring.SecretReader;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.Moments;
import io.aegis.postgres.PostgresCluster;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a repository holds of one application: all that can be told on a machine that has nothing
 * but the repository's location, a key and the names.
 */
public final class Holdings implements AutoCloseable {
  private final Essentials essentials;
  private final Outside outside;
  private final OpenRepository repository;

  private Holdings(Essentials essentials, Outside outside, OpenRepository repository) {
    this.essentials = essentials;
    this.outside = outside;
    this.repository = repository;
  }

  /**
   * Opens the repository; nothing else is touched.
   *
   * @throws io.aegis.kernel.Failure.Refused if there is none, or the key is another one's
   */
  public static Holdings open(Essentials essentials, Outside outside) {
    var repository = OpenRepository.open(essentials.repository(), outside);
    return new Holdings(essentials, outside, repository);
  }

  public Essentials essentials() {
    return essentials;
  }

  public OpenRepository repository() {
    return repository;
  }

  /** The recoveries of the application that have not ended, oldest first. */
  public List<ExecutionId> unended() {
    var stored = repository.repository();
    return Executions.unended(
        stored.records(),
        stored.register(),
        new ApplicationName(essentials.application().name()));
  }

  /** The snapshots of the database. */
  public BaseBackups backups() {
    return new BaseBackups(repository.repository(), essentials.component(), repository.ports());
  }

  /** The moments that the database can be brought to. */
  public Moments moments() {
    return new Moments(repository.repository(), backups());
  }

  /** What cannot be read in the repository, and does not stop a recovery. */
  public List<String> warnings() {
    return warnings(moments().warnings());
  }

  /**
   * The same.
   *
   * @param found what {@link Moments} warned of while it was asked for something else
   */
  public List<String> warnings(List<String> found) {
    var warnings = new ArrayList<>(repository.registerWarnings());
    warnings.addAll(found);
    return warnings;
  }

  /** The database that is protected, where it is declared; no connection is made yet. */
  public Optional<PostgresCluster> cluster() {
    return essentials.database().map(database -> cluster(database, outside));
  }

  static PostgresCluster cluster(DatabaseSettings database, Outside outside) {
    return new ClusterWiring(new SecretReader(outside.around()), outside.time()).cluster(database);
  }

  @Override
  public void close() {
    repository.close();
  }
}
