package io.aegis.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.house.Source.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TidyTest {
  @Test
  void the_project_keeps_its_budgets() throws IOException {
    var root = Project.root();
    var sources = Source.read(root, javaFiles(root));
    assertThat(sources).hasSizeGreaterThan(100);
    var findings = Exceptions.ofTheProject().applyTo(Tidy.check(sources), Tidy.RULES);
    assertThat(findings)
        .as("breaches; see e2e/src/test/java/io/aegis/e2e/house")
        .isEmpty();
  }

  private static List<Path> javaFiles(Path root) throws IOException {
    var files = new ArrayList<Path>();
    var modules = Stream.concat(Project.MODULES.stream(), Stream.of("e2e", "bench"));
    for (var module : modules.toList()) {
      try (var tree = Files.walk(root.resolve(module).resolve("src"))) {
        tree.filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !file.toString().contains("/e2e/house/bad/"))
            .forEach(files::add);
      }
    }
    return files;
  }

  @Test
  void a_file_may_have_400_lines_and_no_more() {
    assertThat(rules("class A {}" + "\n".repeat(398))).isEmpty();
    assertThat(rules("class A {}" + "\n".repeat(400))).containsExactly("file");
  }

  @Test
  void a_line_may_have_100_columns_and_no_more_unless_it_imports_or_links() {
    assertThat(rules("class A {} //" + "x".repeat(87))).isEmpty();
    assertThat(rules("class A {} //" + "x".repeat(88))).containsExactly("columns");
    assertThat(rules("import " + "x".repeat(100) + ";\nclass A {}")).isEmpty();
    assertThat(rules("class A {} // https://" + "x".repeat(100))).isEmpty();
  }

  @Test
  void nothing_is_left_to_be_done_later() {
    assertThat(rules("class A {} // TO" + "DO: later")).containsExactly("marker");
  }

  @Test
  void a_body_may_have_40_lines_between_its_braces_and_no_more() {
    assertThat(rules(method("", "a();\n".repeat(40)))).isEmpty();
    assertThat(rules(method("", "a();\n".repeat(41)))).containsExactly("body");
    assertThat(rules("class A {\nstatic {\n" + "a();\n".repeat(41) + "}}")).containsExactly("body");
  }

  @Test
  void a_method_may_have_5_parameters_and_a_record_more_components() {
    assertThat(rules(method(parameters(5), ""))).isEmpty();
    assertThat(rules(method(parameters(6), ""))).containsExactly("parameters");
    assertThat(rules("record A(" + parameters(6) + ") { A {} }")).isEmpty();
    assertThat(rules("record A(int a) { void m(" + parameters(6) + ") {} }"))
        .containsExactly("parameters");
  }

  @Test
  void statements_may_stand_in_one_another_3_deep() {
    assertThat(rules(method("", "if (a) { for (;;) { try { b(); } finally { c(); } } }")))
        .isEmpty();
    assertThat(rules(method("", "if (a) { for (;;) { while (b) { if (c) { d(); } } } }")))
        .containsExactly("nesting");
  }

  @Test
  void else_if_nests_no_deeper_and_a_class_within_a_method_begins_anew() {
    assertThat(rules(
            method("", "if (a) {} else if (b) {} else if (c) {} else if (d) {} else { e(); }")))
        .isEmpty();
    assertThat(rules(method("", """
        if (a) { for (;;) { while (b) { new Object() { void n() { if (c) { d(); } } }; } } }
        """))).isEmpty();
  }

  @Test
  void an_identifier_may_have_40_characters_except_in_tests() {
    assertThat(rules("class A { int " + "a".repeat(40) + "; }")).isEmpty();
    assertThat(rules("class A { int " + "a".repeat(41) + "; }")).containsExactly("identifier");
    var test =
        Source.parse("a/src/test/java/A.java", Kind.TEST, "class A" + "a".repeat(40) + " {}");
    assertThat(Tidy.check(List.of(test))).isEmpty();
  }

  @Test
  void the_last_word_of_a_type_says_what_it_is() {
    assertThat(rules("class SnapshotManager {}")).containsExactly("name");
    assertThat(rules("class A { enum Utils {} }")).containsExactly("name");
    assertThat(rules("class Database { class Manageress {} }")).isEmpty();
  }

  @Test
  void a_face_shows_25_types_and_a_package_has_20_classes_at_most() {
    assertThat(rulesOf(packageOf("io.aegis.kernel", 25))).isEmpty();
    assertThat(rulesOf(packageOf("io.aegis.kernel", 26))).containsExactly("face");
    assertThat(rulesOf(packageOf("io.aegis.kernel.inner", 20))).isEmpty();
    assertThat(rulesOf(packageOf("io.aegis.kernel.inner", 21))).containsExactly("package");
  }

  @Test
  void a_package_says_what_it_keeps_secret() {
    var silent = Source.parse(
        "package-info.java", Kind.MAIN, "/** Things. */\n@NullMarked package io.aegis.a.b;");
    var type = Source.parse("A.java", Kind.MAIN, "package io.aegis.a.b; class A {}");
    assertThat(rulesOf(List.of(type))).containsExactly("undescribed");
    assertThat(rulesOf(List.of(type, silent))).containsExactly("undescribed");
    assertThat(rulesOf(List.of(type, described("io.aegis.a.b")))).isEmpty();
  }

  @Test
  void an_exception_forgives_by_name_and_one_without_need_is_a_finding() {
    var findings = List.of(new Finding("body", "a.B#c", "its body has 41 lines"));
    var rules = Set.of("body");
    assertThat(Exceptions.none().applyTo(findings, rules)).isEqualTo(findings);
    assertThat(Exceptions.parse("body a.B#c a state machine").applyTo(findings, rules))
        .isEmpty();
    assertThat(Exceptions.parse("body a.B#c a state machine").applyTo(List.of(), rules))
        .singleElement()
        .extracting(Finding::fact)
        .isEqualTo("this exception is not needed");
  }

  private static List<String> rules(String text) {
    return rulesOf(List.of(
        Source.parse("A.java", Kind.MAIN, "package io.aegis.a.b;\n" + text),
        described("io.aegis.a.b")));
  }

  private static List<String> rulesOf(List<Source> sources) {
    return Tidy.check(sources).stream().map(Finding::rule).toList();
  }

  private static String method(String parameters, String body) {
    return "class A {\nvoid m(" + parameters + ") {\n" + body + "}}";
  }

  private static String parameters(int count) {
    return String.join(
        ", ", IntStream.range(0, count).mapToObj(i -> "int p" + i).toList());
  }

  private static List<Source> packageOf(String name, int types) {
    var sources = new ArrayList<Source>();
    sources.add(described(name));
    for (int i = 0; i < types; i++) {
      var text = "package " + name + "; public class A" + i + " {}";
      sources.add(Source.parse("A" + i + ".java", Kind.MAIN, text));
    }
    return sources;
  }

  private static Source described(String name) {
    return Source.parse("package-info.java", Kind.MAIN, """
        /**
         * Things that belong together because they change together.
         * Kept secret here: how they do.
         */
        @NullMarked
        package %s;
        """.formatted(name));
  }
}
