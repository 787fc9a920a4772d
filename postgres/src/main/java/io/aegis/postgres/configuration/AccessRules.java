package io.aegis.postgres.configuration;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code pg_hba.conf} or {@code pg_ident.conf}, and the other files that such a file names. */
public record AccessRules(String text) {
  private static final String NAME = "(?:\"([^\"\\n\\x00]+)\"|([^\\s,\"#\\x00]+))";

  /**
   * What a comment or quotes hide is matched first, and has no group. A line that includes
   * (PostgreSQL 16 and later), or a list that is in a file: next_token and tokenize_auth_file in
   * src/backend/libpq/hba.c.
   */
  private static final Pattern NAMED = Pattern.compile(
      "#.*|(?<!@)\"[^\"\\n]*\"|^[ \\t]*(include|include_if_exists|include_dir)[ \\t]+" + NAME
          + "|(?<![^\\s,])@" + NAME,
      Pattern.MULTILINE);

  /**
   * As they are to stand in another data directory: what lies beside them is named by its whole
   * path, and what lies in the data directory by its path in there.
   *
   * @param directory where they lay, or where in the data directory
   * @param data by what names that directory was known
   */
  public AccessRules movedFrom(Path directory, Collection<Path> data) {
    return new AccessRules(NAMED
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(name(found)
            .map(name -> moved(found, Path.of(name), directory, data))
            .orElseGet(found::group))));
  }

  private static String moved(MatchResult found, Path name, Path directory, Collection<Path> data) {
    var there = directory.resolve(name).normalize();
    var here = ConfigurationText.within(data, there).orElse(there);
    var how = found.group(1);
    return here.equals(name) ? found.group() : (how == null ? "@" : how + " ") + "\"" + here + "\"";
  }

  /**
   * The files and directories that they cannot do without: "if_exists" needs nothing, and a
   * directory beside them comes with them.
   */
  public List<String> needed() {
    return NAMED
        .matcher(text)
        .results()
        .flatMap(found -> name(found).filter(name -> isNeeded(found.group(1), name)).stream())
        .toList();
  }

  private static boolean isNeeded(@Nullable String how, String name) {
    return switch (how) {
      case "include_if_exists" -> false;
      case "include_dir" -> name.startsWith("/");
      case null, default -> true;
    };
  }

  private static Optional<String> name(MatchResult found) {
    for (int group = 2; group <= found.groupCount(); group++) {
      if (found.group(group) != null) {
        return Optional.of(found.group(group));
      }
    }
    return Optional.empty();
  }
}
