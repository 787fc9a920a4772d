package io.aegis.postgres.stream;

import io.aegis.kernel.testing.Program;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import io.aegis.repository.testing.TestRepository;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are streamed into one repository, which lies in memory. */
abstract class IntoOneRepository {
  @TempDir
  Path directory = Path.of("set by JUnit");

  final StreamedServers servers = new StreamedServers(TestRepository.inMemory().open());

  @AfterEach
  void close_everything() {
    servers.close();
  }

  /** A copy of its data directory, made while it was stopped. */
  final Path copied(TestPostgres server) {
    server.stop(Stop.FAST);
    var copy = directory.resolve("copy");
    Program.of(List.of("cp", "-a", server.dataDirectory().toString(), copy.toString()))
        .run()
        .orFail();
    server.start();
    return copy;
  }
}
