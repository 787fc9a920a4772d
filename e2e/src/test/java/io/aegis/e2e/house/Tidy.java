package io.aegis.e2e.house;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.Tree;
import io.aegis.e2e.house.Source.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/**
 * The rules within and between source files.
 *
 * <ul>
 *   <li>{@code file}, {@code columns}: how long and how wide
 *   <li>{@code marker}: nothing is left to be done later
 *   <li>{@code body}, {@code parameters}, {@code nesting}, {@code identifier}, {@code name}: see
 *       {@link TidyScanner}
 *   <li>{@code face}, {@code package}: how many types beside one another
 *   <li>{@code undescribed}: a package that does not say what it keeps secret
 * </ul>
 */
final class Tidy {
  static final Set<String> RULES = Set.of(
      "file",
      "columns",
      "marker",
      "body",
      "parameters",
      "nesting",
      "identifier",
      "name",
      "face",
      "package",
      "undescribed");

  private static final Pattern MARKER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");
  private static final Pattern DESCRIPTION = Pattern.compile("(?s)/\\*\\*(.*?)\\*/\\s*(@|package)");

  private Tidy() {}

  static List<Finding> check(List<Source> sources) {
    var findings = new ArrayList<Finding>();
    for (var source : sources) {
      findings.addAll(text(source));
      findings.addAll(TidyScanner.scan(source));
    }
    findings.addAll(packages(sources));
    return findings;
  }

  private static List<Finding> text(Source source) {
    var findings = new ArrayList<Finding>();
    var lines = source.lines();
    if (lines.size() > Budgets.FILE_LINES) {
      findings.add(new Finding("file", source.path(), lines.size() + " lines"));
    }
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (line.length() > Budgets.COLUMNS && !mayBeWide(line)) {
        findings.add(wide(source, i + 1, line.length()));
      }
      if (MARKER.matcher(line).find()) {
        findings.add(new Finding("marker", source.path(), "line " + (i + 1) + ": " + line.strip()));
      }
    }
    return findings;
  }

  private static Finding wide(Source source, int number, int columns) {
    return new Finding("columns", source.path(), "line " + number + " has " + columns + " columns");
  }

  private static boolean mayBeWide(String line) {
    return line.startsWith("import ") || line.contains("https://");
  }

  private static List<Finding> packages(List<Source> sources) {
    var findings = new ArrayList<Finding>();
    Map<String, List<Source>> packages = sources.stream()
        .filter(source -> source.kind() == Kind.MAIN)
        .collect(Collectors.groupingBy(Source::packageName));
    packages.forEach((name, files) -> {
      count("package", name, types(files, _ -> true), Budgets.PACKAGE_CLASSES, findings);
      if (isFace(name)) {
        count("face", name, types(files, Tidy::isPublic), Budgets.FACE_TYPES, findings);
      }
      if (files.stream().noneMatch(Tidy::isDescription)) {
        findings.add(new Finding("undescribed", name, "has no package-info.java with a text"));
      }
    });
    return findings;
  }

  private static void count(
      String rule, String name, long types, int limit, List<Finding> findings) {
    if (types > limit && !(rule.equals("package") && isFace(name))) {
      findings.add(new Finding(rule, name, types + " types"));
    }
  }

  /** The root package of a module; its size is counted by what it shows. */
  private static boolean isFace(String packageName) {
    return packageName.chars().filter(c -> c == '.').count() == 2;
  }

  private static long types(List<Source> files, Predicate<ClassTree> wanted) {
    return files.stream()
        .flatMap(source -> topLevel(source.tree().getTypeDecls()))
        .filter(wanted)
        .count();
  }

  private static Stream<ClassTree> topLevel(List<? extends Tree> declared) {
    return declared.stream().filter(ClassTree.class::isInstance).map(ClassTree.class::cast);
  }

  private static boolean isPublic(ClassTree type) {
    return type.getModifiers().getFlags().contains(Modifier.PUBLIC);
  }

  private static boolean isDescription(Source source) {
    var description = DESCRIPTION.matcher(source.text());
    return source.isPackageInfo()
        && description.find()
        && description.group(1).replaceAll("[\\s*]+", " ").length() > 60;
  }
}
