package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.SNAPSHOT_INCOMPLETE;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.repository.SnapshotReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The few files of a snapshot that a restore knows by name. */
final class SnapshotFiles {
  static final String CONTROL = "global/pg_control";
  static final String SETTINGS = "postgresql.auto.conf";

  /**
   * What this package writes itself instead of taking it as it is; and the map by which PostgreSQL
   * would lead our links back to the source's tablespaces (trap T11; read_tablespace_map in
   * xlogrecovery.c).
   */
  private static final Set<String> OUR_OWN = Set.of(CONTROL, SETTINGS, "tablespace_map");

  /**
   * Directories of Aegis' own: of a restore, which in a snapshot of a restored cluster is of the
   * past; and of files from outside the data directory, which get their places one by one.
   */
  private static final Pattern OUR_DIRECTORY = Pattern.compile("[.]?aegis(?:/.*)?");

  /** As deep as PostgreSQL itself goes: CONF_FILE_MAX_DEPTH, src/include/utils/conffiles.h. */
  private static final int MOST_NESTED = 10;

  private static final Pattern INCLUDE = Pattern.compile(
      "^[ \\t]*(include|include_if_exists|include_dir)(?:[ \\t]*=[ \\t]*|[ \\t]+)'([^']+)'.*$",
      Pattern.MULTILINE);

  private static final Pattern TABLESPACE = Pattern.compile("pg_tblspc/(\\d+)(?:/.*)?");

  private SnapshotFiles() {}

  static boolean isCopied(String path) {
    return !OUR_OWN.contains(path) && !OUR_DIRECTORY.matcher(path).matches();
  }

  static OptionalLong tablespaceOf(String path) {
    var matcher = TABLESPACE.matcher(path);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /**
   * @throws Damaged if there is no such file
   */
  static byte[] bytes(SnapshotReader snapshot, String path) {
    var file = snapshot
        .file(path)
        .orElseThrow(() -> new Damaged(Report.of(
                SNAPSHOT_INCOMPLETE, "the snapshot " + snapshot.summary().id() + " has no " + path)
            .next("aegis points    (choose another recovery point)")));
    try (var content = snapshot.open(file)) {
      var bytes = new byte[Math.toIntExact(file.size())];
      content.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /**
   * A file of the configuration, wherever the source had it, with those in it that it includes from
   * outside of the data directory: a file of one name is all that the recovered one has.
   */
  static Optional<String> configuration(SnapshotReader snapshot, Origin origin, String name) {
    var outside = new TreeMap<Path, String>();
    origin
        .configuration()
        .forEach((original, captured) ->
            outside.put(original, new String(bytes(snapshot, captured), StandardCharsets.UTF_8)));
    var own = outside.entrySet().stream()
        .filter(file -> file.getKey().endsWith(name))
        .min(Comparator.comparingInt(file -> file.getKey().getNameCount()));
    if (own.isPresent()) {
      var file = own.get();
      return Optional.of(inlined(file.getValue(), around(file.getKey()), outside, MOST_NESTED));
    }
    return snapshot.file(name).isEmpty()
        ? Optional.empty()
        : Optional.of(inlined(
            new String(bytes(snapshot, name), StandardCharsets.UTF_8),
            Path.of("/"),
            outside,
            MOST_NESTED));
  }

  /**
   * @param around where a relative path begins
   * @param outside the files that can be put in the place of what includes them
   * @param deep how often one may include another one
   */
  static String inlined(String text, Path around, Map<Path, String> outside, int deep) {
    if (deep == 0) {
      return text;
    }
    return INCLUDE.matcher(text).replaceAll(line -> {
      var named = around.resolve(line.group(2)).normalize();
      boolean directory = line.group(1).equals("include_dir");
      var included = outside.entrySet().stream()
          .filter(file -> directory ? isIn(named, file.getKey()) : file.getKey().equals(named))
          .map(file -> "# " + file.getKey() + ", which was included here:\n"
              + inlined(file.getValue(), around(file.getKey()), outside, deep - 1))
          .toList();
      return Matcher.quoteReplacement(
          included.isEmpty() ? line.group() : String.join("\n", included));
    });
  }

  private static boolean isIn(Path directory, Path file) {
    return around(file).equals(directory) && file.toString().endsWith(".conf");
  }

  private static Path around(Path file) {
    return DurableFiles.parentOf(file);
  }

  /** Empty if there is none: PostgreSQL does not need it. */
  static String settings(SnapshotReader snapshot) {
    return snapshot.file(SETTINGS).isEmpty()
        ? ""
        : new String(bytes(snapshot, SETTINGS), StandardCharsets.UTF_8);
  }
}
