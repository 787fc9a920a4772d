package io.aegis.bench;

import io.aegis.app.Application;
import io.aegis.app.ConfigReading;
import io.aegis.app.ConfigSources;
import io.aegis.app.OpenRepository.Outside;
import io.aegis.app.Surroundings;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackups.CheckpointSpeed;
import io.aegis.postgres.BaseBackups.Extent;
import io.aegis.postgres.BaseBackups.Options;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Takes many real backups, one after the other in one process: months of a repository's life in
 * minutes, for what has to stay quick in an old one.
 *
 * <pre>java … io.aegis.bench.ManyPoints &lt;aegis.yaml&gt; &lt;how many&gt;</pre>
 */
public final class ManyPoints {
  private ManyPoints() {}

  /** Takes them; see the class. */
  public static void main(String[] args) throws InterruptedException {
    var around = Surroundings.ofProcess();
    var sources = new ConfigSources(Optional.of(Path.of(args[0])), Map.of());
    var configuration = ConfigReading.of(sources, around).configuration();
    var options = new Options(
        Extent.INCREMENTAL, CheckpointSpeed.FAST, configuration.database().workers());
    try (var application =
        Application.open(configuration, new Outside(around, TimeSource.system()))) {
      for (int i = Integer.parseInt(args[1]); i > 0; i--) {
        application
            .backups()
            .take(application.cluster(), application.durability(_ -> {}), options, Progress.SILENT);
      }
    }
  }
}
