package io.aegis.postgres.restore;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the snapshot's taker noted of the cluster, as far as a restore needs it.
 *
 * @param version its release
 * @param backupLabel byte for byte what {@code pg_backup_stop} returned (trap T1)
 * @param tablespaces directory of each tablespace that is not in place, by OID
 * @param extensions names of the extensions of any database
 * @param collations versions of the libraries that order text, by provider: {@code libc}, {@code
 *     icu} (trap T43)
 * @param configuration files of the configuration that lay outside the data directory, and where
 *     the snapshot has each (trap T43)
 * @param dataDirectories by what names its data directory was known, the server's first; none where
 *     an earlier build took the snapshot
 */
public record Origin(
    Release version,
    String backupLabel,
    Map<Long, String> tablespaces,
    List<String> extensions,
    Map<String, String> collations,
    Map<Path, String> configuration,
    List<Path> dataDirectories) {
  public Origin {
    tablespaces = Map.copyOf(tablespaces);
    extensions = List.copyOf(extensions);
    collations = Map.copyOf(collations);
    configuration = Map.copyOf(configuration);
    dataDirectories = List.copyOf(dataDirectories);
  }

  /**
   * Which file from outside of the data directory the server had for {@code config_file}, {@code
   * hba_file} or {@code ident_file}: the snapshot's name for it begins with that setting.
   */
  Optional<Path> outside(String setting) {
    return configuration.entrySet().stream()
        .filter(file -> Path.of(file.getValue()).getFileName().toString().startsWith(setting + "-"))
        .map(Map.Entry::getKey)
        .findAny();
  }

  /** A release of PostgreSQL: major, and minor where it is known. */
  public record Release(int major, int minor) {}
}
