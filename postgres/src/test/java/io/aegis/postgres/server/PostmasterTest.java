package io.aegis.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostmasterTest {
  @TempDir
  Path home;

  // Red when: only a process called postgres counts, or one that runs elsewhere does.
  @ParameterizedTest
  @CsvSource({
    "postgres, data, true",
    "postmaster, data, true",
    "sleeper, data, false",
    "postgres, elsewhere, false"
  })
  void a_postmaster_is_known_by_either_name_and_by_its_directory(
      String name, String directory, boolean isPostmaster) throws IOException {
    var data = Files.createDirectory(home.resolve("data"));
    Files.createDirectory(home.resolve("elsewhere"));
    var program = Files.copy(Path.of("/bin/sleep").toRealPath(), home.resolve(name));
    program.toFile().setExecutable(true);
    var process = new ProcessBuilder(program.toString(), "60")
        .directory(home.resolve(directory).toFile())
        .start();
    try {
      Files.write(
          data.resolve("postmaster.pid"),
          List.of(Long.toString(process.pid()), data.toString(), "1700000000", "5432"));

      assertThat(Postmaster.of(data).isPresent()).isEqualTo(isPostmaster);
    } finally {
      process.destroyForcibly();
    }
  }
}
