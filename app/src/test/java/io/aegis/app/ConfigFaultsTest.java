package io.aegis.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every {@code src/test/resources/faults/*.yaml} is a case; what must be said of it stands in the
 * {@code .txt} beside it. A new case needs no code; {@code -Daegis.golden=update} rewrites.
 */
class ConfigFaultsTest {
  private static final Path CASES = Path.of("src/test/resources/faults");

  static Stream<Path> cases() throws IOException {
    try (var files = Files.list(CASES)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void all_faults_of_a_file_are_told_at_once(Path file) throws IOException {
    String said = Places.read(file).faults().stream()
        .map(fault -> fault.line() + "\n")
        .collect(Collectors.joining());
    Path expected = Path.of(file.toString().replace(".yaml", ".txt"));
    if ("update".equals(System.getProperty("aegis.golden"))) {
      Files.writeString(expected, said);
    }
    assertThat(said).isEqualTo(Files.readString(expected));
  }
}
