package io.aegis.postgres.snapshot;

import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.BaseBackups.CorruptPage;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.control.ControlFile.Geometry;
import io.aegis.postgres.control.ControlFile.PageChecksums;
import io.aegis.postgres.control.ControlFile.Parameters;
import io.aegis.postgres.layout.Tablespace;
import io.aegis.repository.SnapshotId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Everything a restore and a listing need to know of a base backup without reading its files. Kept
 * with the snapshot as its attributes, encoded as docs/format/postgres-snapshot.md says.
 *
 * @param span where it lies in the history of its cluster
 * @param server what the cluster ran on
 * @param backupLabel as {@code pg_backup_stop} returned it, byte for byte
 * @param tablespaces those outside the data directory
 * @param surroundings what a server that takes over must offer
 * @param corrupt pages captured although their checksum did not match
 */
public record BackupFacts(
    Span span,
    Server server,
    String backupLabel,
    List<Tablespace> tablespaces,
    Surroundings surroundings,
    CorruptPages corrupt) {

  public BackupFacts {
    tablespaces = List.copyOf(tablespaces);
  }

  /** See {@link BaseBackup}, whose fields these are. */
  public record Span(
      SystemIdentifier system,
      Incarnation incarnation,
      Timeline timeline,
      Lsn begin,
      Lsn end,
      Instant begun,
      Instant finished) {}

  /**
   * What the cluster ran on.
   *
   * @param version as in {@code server_version_num}: 170010
   * @param catalogVersion the eight digits that name the layout of the system catalog
   */
  public record Server(
      int version,
      int catalogVersion,
      Geometry geometry,
      PageChecksums checksums,
      Parameters parameters) {

    public int major() {
      return version / 10_000;
    }
  }

  /**
   * What a server that takes over must offer.
   *
   * @param extensions installed in any database, each name and version once
   * @param collations of all databases, each provider and version once
   * @param configuration files of the configuration that lie outside the data directory
   */
  public record Surroundings(
      List<Extension> extensions, List<Collation> collations, List<OutsideFile> configuration) {
    public Surroundings {
      extensions = List.copyOf(extensions);
      collations = List.copyOf(collations);
      configuration = List.copyOf(configuration);
    }
  }

  /** An extension that some database has. */
  public record Extension(String name, String version) {}

  /**
   * A library that orders text; indexes are only right with the version they were built with (T43).
   *
   * @param provider {@code libc}, {@code icu} or {@code builtin}
   * @param version as PostgreSQL recorded it
   */
  public record Collation(String provider, String version) {}

  /**
   * A file of the configuration that lies outside the data directory (T43), or a name of the data
   * directory itself, from which the configuration may lead back into it.
   *
   * @param original its absolute path on the source
   * @param captured its path within the snapshot; {@code .} for the data directory
   */
  public record OutsideFile(String original, String captured) {
    private static final String SNAPSHOT = ".";

    static OutsideFile dataDirectory(Path named) {
      return new OutsideFile(named.toString(), SNAPSHOT);
    }

    public boolean isDataDirectory() {
      return captured.equals(SNAPSHOT);
    }
  }

  /**
   * Pages captured although their checksum did not match (T19).
   *
   * @param count how many in all
   * @param first some of them, at most {@link #LISTED}
   */
  public record CorruptPages(long count, List<CorruptPage> first) {
    public static final int LISTED = 200;
    public static final CorruptPages NONE = new CorruptPages(0, List.of());

    public CorruptPages {
      first = List.copyOf(first);
    }
  }

  public BaseBackup asBaseBackup(SnapshotId id) {
    return new BaseBackup(
        id,
        span.system(),
        span.incarnation(),
        span.timeline(),
        span.begin(),
        span.end(),
        span.begun(),
        span.finished());
  }
}
