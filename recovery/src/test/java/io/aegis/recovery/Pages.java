package io.aegis.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The pages of {@code docs/} that this module's tests read, or draw with {@code
 * -Daegis.golden=update}.
 */
public final class Pages {
  private static final Path DOCS =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolveSibling("docs");

  private Pages() {}

  /** The text of one example, as it stands between its fences. */
  public static String example(String page, String name) {
    var found = example(name).matcher(read(page));
    assertThat(found.find()).as("%s has an example '%s'", page, name).isTrue();
    return found.group(2);
  }

  /** Compares an example with what the program makes of it. */
  public static void assertExample(String page, String name, String actual) {
    if (isUpdate()) {
      var found = example(name).matcher(read(page));
      assertThat(found.find()).as("%s has an example '%s'", page, name).isTrue();
      write(page, new StringBuilder(read(page)).replace(found.start(2), found.end(2), actual));
    }
    assertThat(actual).isEqualTo(example(page, name));
  }

  /** Compares a whole page with what the program makes of it. */
  public static void assertPage(String page, String actual) {
    if (isUpdate()) {
      write(page, actual);
    }
    assertThat(read(page)).isEqualTo(actual);
  }

  private static Pattern example(String name) {
    return Pattern.compile("```(\\w+) example=" + name + "\\n(.*?)\\n```", Pattern.DOTALL);
  }

  private static boolean isUpdate() {
    return "update".equals(System.getProperty("aegis.golden"));
  }

  private static String read(String page) {
    try {
      return Files.readString(DOCS.resolve(page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(String page, CharSequence content) {
    try {
      Files.writeString(DOCS.resolve(page), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
