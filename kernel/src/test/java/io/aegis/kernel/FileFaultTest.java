package io.aegis.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFaultTest {
  @TempDir
  Path directory;

  // Red when: FileFault.why gives the text of the exception, which is its class and the path.
  @Test
  void a_file_that_cannot_be_used_is_told_in_words() throws IOException {
    Files.writeString(directory.resolve("letter"), "dear all");

    assertThat(whyNot(directory.resolve("absent"))).startsWith("it is not there");
    assertThat(whyNot(directory.resolve("letter/x"))).isEqualTo("Not a directory");
    assertThat(whyNot(directory)).isEqualTo("Is a directory");
  }

  private static String whyNot(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return FileFault.why(e);
    }
  }
}
