package io.aegis.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The page that promises a test for each trap, held to its word. */
class TrapsPageTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().resolve("..").normalize();
  private static final Pattern ROW = Pattern.compile("(?m)^\\| T(\\d+) \\|.*\\| (.+?) \\|$");
  private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(t\\d\\d_\\w+)`");

  private static Map<Integer, String> rows() throws IOException {
    var page = Files.readString(PROJECT.resolve("docs/POSTGRES.md"));
    return ROW.matcher(page)
        .results()
        .collect(Collectors.toMap(
            row -> Integer.valueOf(row.group(1)),
            row -> row.group(2),
            (one, two) -> one + two,
            TreeMap::new));
  }

  @Test
  void every_trap_has_a_row_that_names_its_tests_or_says_why_it_does_not_apply() throws Exception {
    var rows = rows();
    assertThat(rows.keySet())
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 48).boxed().toList());
    rows.forEach((trap, tests) -> {
      boolean applies = !tests.startsWith("not applicable: ");
      assertThat(!applies || TEST.matcher(tests).find())
          .as("T%d: %s", trap, tests)
          .isTrue();
    });
  }

  // Red when: a test that the page names is renamed.
  @Test
  void every_test_that_the_page_names_is_a_test_of_that_trap() throws Exception {
    var sources = testSources();
    rows()
        .forEach((trap, tests) -> TEST.matcher(tests).results().forEach(named -> {
          assertThat(named.group(2)).startsWith("t%02d_".formatted(trap));
          assertThat(sources.getOrDefault(named.group(1), ""))
              .as(named.group())
              .containsPattern(
                  "(?s)@(Parameterized)?Test\\b((?!\\bvoid ).)*\\bvoid " + named.group(2) + "\\(");
        }));
  }

  /** A test of a trap that nobody finds from the page is a promise that nobody keeps. */
  @Test
  void every_trap_with_a_test_is_told_to_have_one() throws Exception {
    var rows = rows();
    var declared = Pattern.compile("\\bvoid t(\\d\\d)_");
    for (String source : testSources().values()) {
      assertThat(declared.matcher(source).results().map(TrapsPageTest::trap))
          .allSatisfy(trap -> assertThat(rows.getOrDefault(trap, "")).contains("`"));
    }
  }

  private static int trap(MatchResult declaration) {
    return Integer.parseInt(declaration.group(1));
  }

  private static Map<String, String> testSources() throws IOException {
    var sources = new TreeMap<String, String>();
    for (String module : List.of("kernel", "storage", "repository", "postgres", "cli")) {
      try (var tree = Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
        tree.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
          String name = file.getFileName().toString();
          String simple = name.substring(0, name.length() - ".java".length());
          sources.merge(simple, content(file), String::concat);
        });
      }
    }
    return sources;
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
