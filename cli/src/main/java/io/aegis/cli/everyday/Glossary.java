package io.aegis.cli.everyday;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/** The words of {@code docs/GLOSSARY.md}, which is packed into the program. */
final class Glossary {
  private Glossary() {}

  /** Word → its meaning, in the order of the page. */
  static SequencedMap<String, String> read() {
    try (var page = Glossary.class.getResourceAsStream("/io/aegis/cli/GLOSSARY.md")) {
      var bytes = Objects.requireNonNull(page, "GLOSSARY.md").readAllBytes();
      return parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static SequencedMap<String, String> parse(String page) {
    var words = new LinkedHashMap<String, String>();
    for (String entry : page.split("(?m)^### ", -1)) {
      int end = entry.indexOf('\n');
      if (words.isEmpty() && !page.startsWith("### " + entry) && entry.startsWith("# ")) {
        continue;
      }
      if (end > 0) {
        words.put(entry.substring(0, end).strip(), entry.substring(end + 1).strip());
      }
    }
    return words;
  }
}
