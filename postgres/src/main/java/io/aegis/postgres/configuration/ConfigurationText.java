package io.aegis.postgres.configuration;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of the configuration; what is changed leaves the rest of it byte for byte. */
public record ConfigurationText(String text) {
  /** As deep as PostgreSQL itself goes: CONF_FILE_MAX_DEPTH, src/include/utils/conffiles.h. */
  private static final int MOST_NESTED = 10;

  /** What a line gets that is not to be read any more. */
  private static final String OF_SOURCE = "# of the source: ";

  /** A value is quoted, or begins with a letter (UNQUOTED_STRING in guc-file.l). */
  private static final Pattern INCLUDE = Pattern.compile(
      "^[ \\t]*(include|include_if_exists|include_dir)"
          + "(?:[ \\t]*=?[ \\t]*'([^']+)'|(?:[ \\t]*=[ \\t]*|[ \\t]+)([a-z_][\\w./:-]*)).*$",
      Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  /** What a file says about places is of its own machine. */
  private static final List<String> PLACES =
      List.of("data_directory", "hba_file", "ident_file", "external_pid_file");

  public Settings settings() {
    return Settings.parse(text);
  }

  /**
   * With files in the place of what includes them.
   *
   * @param around where a relative path begins
   * @param files the content of those that can be put there, in the order of a directory's
   */
  public ConfigurationText inlined(Path around, Map<Path, String> files) {
    return new ConfigurationText(inlined(text, around, files, MOST_NESTED));
  }

  private static String inlined(String text, Path around, Map<Path, String> files, int deep) {
    if (deep == 0) {
      return text;
    }
    return INCLUDE.matcher(text).replaceAll(line -> {
      var named = around.resolve(named(line)).normalize();
      boolean directory = line.group(1).equalsIgnoreCase("include_dir");
      var included = files.entrySet().stream()
          .filter(file -> directory ? isIn(named, file.getKey()) : file.getKey().equals(named))
          .map(file -> "# " + file.getKey() + ", which was included here:\n"
              + inlined(file.getValue(), parentOf(file.getKey()), files, deep - 1))
          .toList();
      return Matcher.quoteReplacement(
          included.isEmpty() ? line.group() : String.join("\n", included));
    });
  }

  private static String named(MatchResult include) {
    return Optional.ofNullable(include.group(2)).orElseGet(() -> include.group(3));
  }

  private static boolean isIn(Path directory, Path file) {
    return parentOf(file).equals(directory) && file.toString().endsWith(".conf");
  }

  private static Path parentOf(Path file) {
    return Optional.ofNullable(file.getParent()).orElse(file);
  }

  /** Without the lines that give one of these settings a value. */
  public ConfigurationText without(List<String> settings) {
    return new ConfigurationText(Pattern.compile(
            "^[ \\t]*(" + String.join("|", settings) + ")\\b.*",
            Pattern.MULTILINE | Pattern.CASE_INSENSITIVE)
        .matcher(text)
        .replaceAll(OF_SOURCE + "$0"));
  }

  /**
   * As it is to stand in another data directory: it leads nowhere else any more, and what it
   * includes from within its own one it includes from within the other one.
   */
  public ConfigurationText moved() {
    var data = settings().values().get("data_directory");
    var included = INCLUDE.matcher(text).replaceAll(line -> {
      var file = Path.of(named(line)).normalize();
      boolean comes = data != null && file.startsWith(Path.of(data).normalize());
      return Matcher.quoteReplacement(
          comes
              ? line.group().replace(named(line), Path.of(data).normalize().relativize(file) + "")
              : OF_SOURCE + line.group());
    });
    return new ConfigurationText(included).without(PLACES);
  }
}
