package io.aegis.app.config;

import io.aegis.app.ConfigFault;
import io.aegis.app.ConfigOrigin;
import io.aegis.app.config.Key.Single;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Settings that are right each by itself and wrong together. */
final class Contradictions {
  private final Values values;
  private final List<ConfigFault> faults = new ArrayList<>();

  private Contradictions(Values values) {
    this.values = values;
  }

  static List<ConfigFault> in(Values values) {
    var search = new Contradictions(values);
    search.oneWayToTheServer();
    search.wholeCredentials();
    search.bucketSettings();
    search.recoveryApart();
    search.repositoryApart();
    return search.faults;
  }

  private void oneWayToTheServer() {
    boolean hostWritten = !(values.origin(Keys.HOST) instanceof ConfigOrigin.Default);
    if (values.has(Keys.SOCKET) && hostWritten) {
      fault(Keys.SOCKET, "database.host is set, too", "Keep one of the two");
    }
  }

  private void wholeCredentials() {
    if (values.has(Keys.ACCESS_KEY) && !values.has(Keys.SECRET_KEY)) {
      fault(Keys.ACCESS_KEY, "repository.secret-key is missing", "Add it, or remove both");
    }
    if (values.has(Keys.SECRET_KEY) && !values.has(Keys.ACCESS_KEY)) {
      fault(Keys.SECRET_KEY, "repository.access-key is missing", "Add it, or remove both");
    }
  }

  private void bucketSettings() {
    boolean directory = values
        .find(Keys.LOCATION_OF_REPOSITORY)
        .filter(LocationText.InDirectory.class::isInstance)
        .isPresent();
    for (var key : List.of(Keys.ENDPOINT, Keys.ACCESS_KEY)) {
      if (directory && values.has(key)) {
        fault(key, "the repository is a directory, which has none", "Remove it, or write s3://…");
      }
    }
  }

  private void repositoryApart() {
    if (values.find(Keys.LOCATION_OF_REPOSITORY).orElse(null)
        instanceof LocationText.InDirectory(Path path)) {
      inside(
          Keys.LOCATION_OF_REPOSITORY,
          path,
          "the repository would be lost with the database",
          "Choose a directory on another disk");
    }
  }

  /** A recovered database lives in the recovery directory, and the next one goes beside it. */
  private void recoveryApart() {
    values
        .find(Keys.RECOVERY_DIRECTORY)
        .ifPresent(path -> values
            .find(Keys.DATA_DIRECTORY)
            .filter(path::startsWith)
            .ifPresent(_ -> fault(
                Keys.RECOVERY_DIRECTORY,
                "it lies in database.data-directory: a restore over a live database must be"
                    + " impossible",
                "Choose a directory outside the data directory")));
  }

  private void inside(Single<?> key, Path path, String reason, String remedy) {
    values.find(Keys.DATA_DIRECTORY).ifPresent(data -> {
      if (path.startsWith(data) || data.startsWith(path)) {
        fault(key, "it overlaps database.data-directory: " + reason, remedy);
      }
    });
  }

  private void fault(Single<?> key, String what, String remedy) {
    faults.add(new ConfigFault(values.origin(key), key.path(), what, remedy));
  }
}
