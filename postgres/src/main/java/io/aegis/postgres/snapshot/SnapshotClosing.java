package io.aegis.postgres.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.cluster.ClusterInventory;
import io.aegis.postgres.control.ControlFileReader;
import io.aegis.postgres.layout.DirectoryScan;
import io.aegis.postgres.layout.Listing;
import io.aegis.postgres.layout.Tablespace;
import io.aegis.postgres.names.RelationNames;
import io.aegis.postgres.snapshot.BackupFacts.Collation;
import io.aegis.postgres.snapshot.BackupFacts.Extension;
import io.aegis.postgres.snapshot.BackupFacts.Surroundings;
import io.aegis.postgres.snapshot.BackupSession.Stopped;
import io.aegis.repository.Changes;
import io.aegis.repository.FileSpec;
import io.aegis.repository.SnapshotWorker;
import io.aegis.repository.SnapshotWriter;
import java.time.Instant;
import java.util.List;

/**
 * What comes after all other files were copied: the control file (trap T14), the end of the backup,
 * and the two files that only its end yields.
 */
final class SnapshotClosing {
  private final PostgresCluster cluster;
  private final BackupSession session;
  private final SnapshotWriter writer;
  private final List<String> notices;

  SnapshotClosing(
      PostgresCluster cluster, BackupSession session, SnapshotWriter writer, List<String> notices) {
    this.cluster = cluster;
    this.session = session;
    this.writer = writer;
    this.notices = notices;
  }

  /** What closing yields. */
  record Closed(Stopped stopped, Surroundings surroundings) {}

  Closed close(Listing listing, Tally tally) throws InterruptedException {
    try (var worker = writer.worker()) {
      var inventory = ClusterInventory.of(cluster, session.sql());
      inventory
          .unseen()
          .forEach(database -> notices.add(
              "extensions, collations and names of tables were not noted of database " + database));
      var configuration = new OutsideConfiguration(
              listing.places().reach(), cluster.dataDirectory(), notices)
          .capture(inventory.configuration(), worker);
      var names = RelationNames.encode(inventory.relations());
      put(worker, tally, RelationNames.PATH, names);
      var control = new ControlFileReader(cluster.time()).read(cluster.dataDirectory());
      put(worker, tally, CapturePlan.CONTROL_FILE, control.bytes());
      var stopped = session.stop();
      requireSameTablespaces(listing, stopped);
      put(worker, tally, "backup_label", stopped.label().getBytes(UTF_8));
      if (!stopped.tablespaceMap().isEmpty()) {
        put(worker, tally, "tablespace_map", stopped.tablespaceMap().getBytes(UTF_8));
      }
      return new Closed(stopped, surroundings(inventory, configuration));
    }
  }

  private void put(SnapshotWorker worker, Tally tally, String path, byte[] content) {
    Instant modified = cluster.time().now();
    var spec = new FileSpec(path, new FileSpec.Kind.File(content.length), 0600, modified);
    tally.add(worker.capture(spec, new Bytes(content), new Changes.Unknown()));
  }

  /** Trap T11: at the beginning (the map), when files were listed, and now. */
  private void requireSameTablespaces(Listing listing, Stopped stopped) {
    var facts = session.facts();
    var listed = oids(listing.tablespaces());
    var now = oids(DirectoryScan.tablespaces(
        cluster.dataDirectory(), "PG_" + facts.major() + "_" + facts.catalogVersion()));
    var linked = oids(listing.tablespaces().stream()
        .filter(each -> each.place() instanceof Tablespace.Place.Linked)
        .toList());
    var mapped = stopped
        .tablespaceMap()
        .lines()
        .filter(line -> line.matches("\\d+ .*"))
        .map(line -> Long.parseLong(line.substring(0, line.indexOf(' '))))
        .sorted()
        .toList();
    if (!now.equals(listed) || !mapped.equals(linked)) {
      throw new Failure.Unavailable(Report.of(
              PostgresCode.TABLESPACES_CHANGED,
              "a tablespace of " + cluster.connection() + " came or went during the backup")
          .why("at the beginning: " + mapped + ", listed: " + listed + ", now: " + now)
          .safe("earlier snapshots are untouched; what was copied speeds up the next attempt")
          .next("aegis backup    (takes it again)"));
    }
  }

  private static List<Long> oids(List<Tablespace> tablespaces) {
    return tablespaces.stream().map(Tablespace::oid).toList();
  }

  private static Surroundings surroundings(
      ClusterInventory inventory, List<BackupFacts.OutsideFile> configuration) {
    return new Surroundings(
        inventory.extensions().stream()
            .map(each -> new Extension(each.name(), each.version()))
            .toList(),
        inventory.collations().stream()
            .map(each -> new Collation(each.name(), each.version()))
            .toList(),
        configuration);
  }
}
