package io.aegis.postgres.snapshot;

import io.aegis.postgres.cluster.ClusterInventory.ConfigurationFile;
import io.aegis.postgres.layout.OwnersReach;
import io.aegis.postgres.snapshot.BackupFacts.OutsideFile;
import io.aegis.repository.Changes;
import io.aegis.repository.FileSpec;
import io.aegis.repository.SnapshotWorker;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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

  private final OwnersReach reach;
  private final Path dataDirectory;
  private final List<String> notices;

  /**
   * @param reach of the data directory's owner, who can name any file in the settings
   * @param notices receives what could not be captured; no snapshot fails for it
   */
  OutsideConfiguration(OwnersReach reach, Path dataDirectory, List<String> notices) {
    this.reach = reach;
    this.dataDirectory = dataDirectory;
    this.notices = notices;
  }

  List<OutsideFile> capture(List<ConfigurationFile> files, SnapshotWorker worker) {
    var captured = new ArrayList<OutsideFile>();
    for (var file : files) {
      var path = Path.of(file.path());
      if (!path.startsWith(dataDirectory)) {
        String which = file.setting().isEmpty() ? "" + captured.size() : file.setting();
        String name = DIRECTORY + "/" + which + "-" + path.getFileName();
        if (capture(path, name, worker)) {
          captured.add(new OutsideFile(file.path(), name));
        }
      }
    }
    return captured;
  }

  private boolean capture(Path path, String name, SnapshotWorker worker) {
    try {
      var real = path.toRealPath();
      if (!reach.leadsTo(real) || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        notices.add(path + " is no file that the server can read and was left out");
        return false;
      }
      var bytes = read(real);
      var modified = Files.getLastModifiedTime(real, LinkOption.NOFOLLOW_LINKS).toInstant();
      var spec = new FileSpec(name, new FileSpec.Kind.File(bytes.length), 0600, modified);
      worker.capture(spec, new Bytes(bytes), new Changes.Unknown());
      return true;
    } catch (IOException e) {
      notices.add(path + " cannot be read and was left out: " + e);
      return false;
    }
  }

  private byte[] read(Path real) throws IOException {
    try (var file = reach.open(real);
        var content = Channels.newInputStream(file)) {
      return content.readAllBytes();
    }
  }
}
