package io.aegis.postgres.configuration;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of the configuration; what is changed leaves the rest of it byte for byte. */
public record ConfigurationText(String text) {
  /** As deep as PostgreSQL itself goes: CONF_FILE_MAX_DEPTH, src/include/utils/conffiles.h. */
  private static final int MOST_NESTED = 10;

  private static final int MOST_INLINED = 1000;

  /** What a line gets that is not to be read any more. */
  private static final String OF_SOURCE = "# of the source: ";

  /** A value is quoted, or begins with a letter (UNQUOTED_STRING in guc-file.l). */
  private static final Pattern INCLUDE = Pattern.compile(
      "^[ \\t]*(include|include_if_exists|include_dir)"
          + "(?:[ \\t]*=?[ \\t]*'((?:[^'\\\\\\n\\x00]++|''|\\\\[^\\n\\x00]){1,200})'"
          + "|(?:[ \\t]*=[ \\t]*|[ \\t]+)([a-z_][\\w./:-]*)).*$",
      Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  /** What a file says about places is of its own machine. */
  private static final List<String> PLACES =
      List.of("data_directory", "hba_file", "ident_file", "external_pid_file");

  /** A file or a directory of files that is included. */
  public record Included(Path path, boolean isDirectory) {}

  public Settings settings() {
    return Settings.parse(text);
  }

  /**
   * What it includes, whether or not it is there; the first thousand, where somebody wrote more.
   *
   * @param around where a relative path begins
   */
  public List<Included> included(Path around) {
    return INCLUDE
        .matcher(text)
        .results()
        .limit(MOST_INLINED)
        .map(line -> new Included(around.resolve(named(line)).normalize(), isDirectory(line)))
        .toList();
  }

  private static boolean isDirectory(MatchResult line) {
    return line.group(1).equalsIgnoreCase("include_dir");
  }

  /**
   * With files in the place of what includes them.
   *
   * @param around where a relative path begins
   * @param files the content of those that can be put there, in the order of a directory's
   */
  public ConfigurationText inlined(Path around, Map<Path, String> files) {
    return new ConfigurationText(
        inlined(text, around, files, new Inlining(MOST_NESTED, new AtomicInteger(MOST_INLINED))));
  }

  /**
   * How far it may go: files that include each other twice would grow beyond any memory.
   *
   * @param deep how often one may still include another one
   * @param left how many may still be put anywhere
   */
  private record Inlining(int deep, AtomicInteger left) {
    Inlining deeper() {
      return new Inlining(deep - 1, left);
    }

    /** What is not put in its place. Within another file a relative path would begin elsewhere. */
    String left(MatchResult line, Path named) {
      return deep == MOST_NESTED ? line.group() : included(line, named);
    }
  }

  private static String inlined(
      String text, Path around, Map<Path, String> files, Inlining inlining) {
    if (inlining.deep() == 0) {
      return text;
    }
    return INCLUDE.matcher(text).replaceAll(line -> {
      var named = around.resolve(named(line)).normalize();
      boolean directory = isDirectory(line);
      var included = files.entrySet().stream()
          .filter(file -> directory ? isIn(named, file.getKey()) : file.getKey().equals(named))
          .takeWhile(_ -> inlining.left().getAndDecrement() > 0)
          .map(file -> "# " + file.getKey() + ", which was included here:\n"
              + inlined(
                  file.getValue(), file.getKey().resolveSibling(""), files, inlining.deeper()))
          .toList();
      return Matcher.quoteReplacement(
          included.isEmpty() ? inlining.left(line, named) : String.join("\n", included));
    });
  }

  /** DeescapeQuotedString in guc-file.l, as far as names of files need it. */
  private static String named(MatchResult include) {
    return Optional.ofNullable(include.group(2))
        .map(quoted -> quoted.replace("''", "'").replaceAll("\\\\(.)", "$1"))
        .orElseGet(() -> include.group(3));
  }

  private static boolean isIn(Path directory, Path file) {
    return file.resolveSibling("").equals(directory) && file.toString().endsWith(".conf");
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
   * As it is to stand in another data directory, if it stood in one: what it includes from within
   * that one by its whole path is included from within the other one. A directory elsewhere of
   * which nothing was put in its place is not included any more: it was empty, or was left out, and
   * where it does not exist PostgreSQL does not start.
   *
   * @param data by what names that directory was known
   */
  public ConfigurationText atHome(Collection<Path> data) {
    return included(Path.of(""), data, "");
  }

  /**
   * The same of one that lay elsewhere: it leads nowhere else any more.
   *
   * @param around where a relative path began
   */
  public ConfigurationText moved(Path around, Collection<Path> data) {
    return included(around, data, OF_SOURCE).without(PLACES);
  }

  private ConfigurationText included(Path around, Collection<Path> data, String otherwise) {
    return new ConfigurationText(INCLUDE.matcher(text).replaceAll(line -> {
      var file = around.resolve(named(line)).normalize();
      var home = within(data, file).map(inside -> included(line, inside));
      String mark = isDirectory(line) && leadsElsewhere(file) ? OF_SOURCE : otherwise;
      return Matcher.quoteReplacement(home.orElseGet(() -> mark + line.group()));
    }));
  }

  private static String included(MatchResult line, Path named) {
    return line.group(1) + " '" + named.toString().replace("'", "''") + "'";
  }

  private static boolean leadsElsewhere(Path file) {
    return file.isAbsolute() || file.startsWith("..");
  }

  /** The path of a file within one of these directories. */
  public static Optional<Path> within(Collection<Path> directories, Path file) {
    return directories.stream()
        .filter(directory -> file.startsWith(directory) && !file.equals(directory))
        .findFirst()
        .map(directory -> directory.relativize(file));
  }
}
