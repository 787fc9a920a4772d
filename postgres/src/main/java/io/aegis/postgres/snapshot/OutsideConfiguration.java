package io.aegis.postgres.snapshot;

import io.aegis.postgres.snapshot.BackupFacts.OutsideFile;
import io.aegis.repository.Changes;
import io.aegis.repository.FileSpec;
import io.aegis.repository.SnapshotWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of the configuration that lie outside the data directory, as Debian puts them (trap T43).
 * Kept in a directory of their own that PostgreSQL does not know: a restore decides what to do with
 * them, since their paths belong to the source's machine.
 */
final class OutsideConfiguration {
  static final String DIRECTORY = ".aegis/configuration";

  private final Path dataDirectory;
  private final List<String> notices;

  /**
   * @param notices receives what could not be captured; no snapshot fails for it
   */
  OutsideConfiguration(Path dataDirectory, List<String> notices) {
    this.dataDirectory = dataDirectory;
    this.notices = notices;
  }

  List<OutsideFile> capture(List<String> files, SnapshotWorker worker) {
    var captured = new ArrayList<OutsideFile>();
    for (var file : files) {
      var path = Path.of(file);
      if (!path.startsWith(dataDirectory)) {
        String name = DIRECTORY + "/" + captured.size() + "-" + path.getFileName();
        if (capture(path, name, worker)) {
          captured.add(new OutsideFile(file, name));
        }
      }
    }
    return captured;
  }

  private boolean capture(Path path, String name, SnapshotWorker worker) {
    try {
      var bytes = Files.readAllBytes(path);
      var modified = Files.getLastModifiedTime(path).toInstant();
      var spec = new FileSpec(name, new FileSpec.Kind.File(bytes.length), 0600, modified);
      worker.capture(spec, new Bytes(bytes), new Changes.Unknown());
      return true;
    } catch (IOException e) {
      notices.add(path + " cannot be read and was left out: " + e);
      return false;
    }
  }
}
