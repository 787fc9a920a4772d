package io.aegis.repository.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Hex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The worked examples of a page of {@code docs/format}: a fenced block {@code ```hex name}, its
 * bytes in lines of 32. {@code -Daegis.examples=write} writes them anew, to be reviewed as a change
 * of the format.
 */
public record Specification(String page) {
  private static final int LINE = 64;

  /** Bytes 0, 1, 2, … so that an example can be computed by hand. */
  public static Entropy counting() {
    var next = new byte[1];
    return target -> {
      for (int i = 0; i < target.length; i++) {
        target[i] = next[0]++;
      }
    };
  }

  /** The bytes that the page gives. */
  public byte[] example(String name) {
    var matcher = find(name, read());
    return Hex.parse(matcher.group(2).replaceAll("\\s", ""));
  }

  /** That the code makes the very bytes that the page gives. */
  public void says(String name, byte[] bytes) {
    if ("write".equals(System.getProperty("aegis.examples"))) {
      write(name, bytes);
    }
    assertThat(Hex.of(bytes)).as("%s: %s", page, name).isEqualTo(Hex.of(example(name)));
  }

  private void write(String name, byte[] bytes) {
    var text = read();
    var matcher = find(name, text);
    var lines = Hex.of(bytes).replaceAll("(.{" + LINE + "})(?=.)", "$1\n");
    try {
      Files.writeString(
          path(), text.substring(0, matcher.start(2)) + lines + text.substring(matcher.end(2)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Matcher find(String name, String text) {
    var block = Pattern.compile("(```hex " + Pattern.quote(name) + "\\n)([^`]*?)\\n```");
    var matcher = block.matcher(text);
    assertThat(matcher.find()).as("%s has an example '%s'", page, name).isTrue();
    return matcher;
  }

  private String read() {
    try {
      return Files.readString(path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path path() {
    var above = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(above.resolve("docs/format"))) {
      above = Objects.requireNonNull(above.getParent(), "docs/format is above the module");
    }
    return above.resolve("docs/format").resolve(page);
  }
}
