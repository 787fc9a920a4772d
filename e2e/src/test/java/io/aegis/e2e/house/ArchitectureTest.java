package io.aegis.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArchitectureTest {
  /** The table of docs/ARCHITECTURE.md. */
  private static final Map<String, Set<String>> EDGES = Map.of(
      "kernel", Set.of(),
      "storage", Set.of("kernel"),
      "repository", Set.of("kernel", "storage"),
      // The repository's face names records by the keys of storage.
      "recovery", Set.of("kernel", "storage", "repository"),
      "postgres", Set.of("kernel", "storage", "repository", "recovery"),
      "app", Set.of("kernel", "storage", "repository", "recovery", "postgres"),
      "cli", Set.of("kernel", "storage", "repository", "recovery", "postgres", "app"));

  private static final String BAD = "io.aegis.e2e.house.bad";

  @Test
  void every_module_keeps_to_its_place() {
    var architecture = new Architecture("io.aegis", EDGES, Set.of("app", "cli"), Set.of("cli"));
    var classes = new ClassFileImporter()
        .importPaths(Project.MODULES.stream()
            .map(module -> Project.root().resolve(module).resolve("target/classes"))
            .toList());
    assertThat(classes).hasSizeGreaterThan(50);
    assertThat(Exceptions.ofTheProject().applyTo(architecture.check(classes), Architecture.RULES))
        .as("breaches; see e2e/src/test/java/io/aegis/e2e/house")
        .isEmpty();
  }

  /** One bad class a rule, each found by that rule and by no other. */
  @ParameterizedTest
  @CsvSource({
    "edge, lower.KnowsItsUser, must not know " + BAD + ".upper.Face",
    "private, upper.ReachesInside, reaches into " + BAD + ".lower.inner.Hidden",
    "port, lower.AsksTheClock, calls java.time.Instant.now",
    "port, lower.RollsDice, calls java.util.Random.<init>",
    "foreign, lower.SpeaksAssertJ, shows org.assertj.core.api.AbstractAssert",
    "foreign, lower.ShowsItsInside, shows " + BAD + ".lower.inner.Hidden",
    "array, lower.HoldsAnArray, holds the array bytes"
  })
  void a_rule_finds_what_breaks_it(String rule, String type, String fact) {
    assertThat(badExamples())
        .filteredOn(finding -> finding.subject().equals(BAD + "." + type))
        .containsExactly(new Finding(rule, BAD + "." + type, fact));
  }

  @Test
  void packages_that_use_one_another_in_a_circle_are_found() {
    assertThat(badExamples())
        .filteredOn(finding -> finding.rule().equals("cycle"))
        .singleElement()
        .extracting(Finding::fact)
        .asString()
        .contains("circle");
  }

  @Test
  void every_rule_has_a_bad_example_and_the_good_classes_beside_them_are_left_alone() {
    var rules = new HashSet<String>();
    var subjects = new TreeMap<String, List<Finding>>();
    for (var finding : badExamples()) {
      rules.add(finding.rule());
      subjects.put(finding.subject(), List.of(finding));
    }
    assertThat(rules).isEqualTo(Architecture.RULES);
    assertThat(subjects).doesNotContainKeys(BAD + ".upper.Face", BAD + ".lower.inner.Hidden");
  }

  private static List<Finding> badExamples() {
    var edges = Map.of("lower", Set.<String>of(), "upper", Set.of("lower"));
    return new Architecture(BAD, edges, Set.of(), Set.of())
        .check(new ClassFileImporter().importPackages(BAD));
  }
}
