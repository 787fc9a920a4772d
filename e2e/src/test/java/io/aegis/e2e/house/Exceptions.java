package io.aegis.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The breaches that are allowed, each by name and with its reason. An exception that nothing needs
 * any more is itself a finding: limits only tighten.
 */
final class Exceptions {
  private record Allowed(String rule, String subject) {}

  private final List<Allowed> allowed;

  private Exceptions(List<Allowed> allowed) {
    this.allowed = allowed;
  }

  /** Lines of {@code rule subject reason…}; empty lines and those after a hash are skipped. */
  static Exceptions parse(String text) {
    var allowed = new ArrayList<Allowed>();
    for (var line :
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList()) {
      var words = line.split(" +", 3);
      if (words.length < 3) {
        throw new IllegalArgumentException("an exception without a reason: " + line);
      }
      allowed.add(new Allowed(words[0], words[1]));
    }
    return new Exceptions(allowed);
  }

  static Exceptions ofTheProject() {
    try {
      return parse(
          Files.readString(Project.root().resolve("e2e/src/test/resources/house/exceptions.txt")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Exceptions none() {
    return new Exceptions(List.of());
  }

  /** What is left of the findings, and the exceptions to these rules that nothing needs. */
  List<Finding> applyTo(List<Finding> findings, Set<String> rules) {
    var left = new ArrayList<>(findings.stream()
        .filter(finding -> !allowed.contains(new Allowed(finding.rule(), finding.subject())))
        .toList());
    for (var exception : allowed) {
      if (rules.contains(exception.rule()) && !isNeeded(exception, findings)) {
        left.add(
            new Finding(exception.rule(), exception.subject(), "this exception is not needed"));
      }
    }
    return left.stream().sorted().distinct().toList();
  }

  private static boolean isNeeded(Allowed exception, List<Finding> findings) {
    return findings.stream()
        .anyMatch(finding -> exception.equals(new Allowed(finding.rule(), finding.subject())));
  }
}
