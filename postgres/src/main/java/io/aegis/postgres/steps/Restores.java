package io.aegis.postgres.steps;

import io.aegis.postgres.layout.Tablespace.Place;
import io.aegis.postgres.restore.Origin;
import io.aegis.postgres.restore.RestorePlan;
import io.aegis.postgres.restore.RestorePlanner;
import io.aegis.postgres.server.Binaries;
import io.aegis.postgres.snapshot.BackupFacts;
import io.aegis.postgres.snapshot.BackupFactsFormat;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.repository.SnapshotReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** From what a snapshot's taker noted to what a restore asks for. */
public final class Restores {
  private Restores() {}

  public static RestorePlan plan(Job job, SnapshotReader snapshot) {
    var facts = BackupFactsFormat.of(snapshot.summary());
    return new RestorePlanner(snapshot, origin(facts), new Binaries(job.local().binaries()))
        .plan(job.goal(), job.log().bytes());
  }

  static Origin origin(BackupFacts facts) {
    var around = facts.surroundings();
    return new Origin(
        new Origin.Release(facts.server().major(), facts.server().version() % 10_000),
        facts.backupLabel(),
        linked(facts),
        around.extensions().stream().map(BackupFacts.Extension::name).distinct().toList(),
        around.collations().stream()
            .collect(Collectors.toMap(
                BackupFacts.Collation::provider, BackupFacts.Collation::version, (a, _) -> a)),
        around.configuration().stream()
            .filter(file -> !file.isDataDirectory())
            .collect(Collectors.toMap(
                file -> Path.of(file.original()),
                BackupFacts.OutsideFile::captured,
                (a, _) -> a)), // one file may serve two settings
        around.configuration().stream()
            .filter(BackupFacts.OutsideFile::isDataDirectory)
            .map(directory -> Path.of(directory.original()))
            .toList());
  }

  /** The tablespaces that lie in directories of their own, by OID. */
  public static Map<Long, String> linked(BackupFacts facts) {
    var linked = new TreeMap<Long, String>();
    for (var tablespace : facts.tablespaces()) {
      if (tablespace.place() instanceof Place.Linked(var directory)) {
        linked.put(tablespace.oid(), directory);
      }
    }
    return linked;
  }
}
