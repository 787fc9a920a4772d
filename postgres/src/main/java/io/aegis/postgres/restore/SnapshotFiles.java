package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.SNAPSHOT_INCOMPLETE;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.repository.SnapshotReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

  /** In rules for access; "if_exists" needs nothing (docs "The pg_hba.conf File"). */
  private static final Pattern ACCESS_INCLUDE = Pattern.compile(
      "^[ \\t]*include(?:_dir(?=[ \\t]+\"?/))?[ \\t]+\"?([^\"\\s#]+)", Pattern.MULTILINE);

  private static final String MAIN = "postgresql.conf";

  /** The files beside it, by the setting that says where each lies. */
  private static final Map<String, String> NAMED_BY =
      Map.of("hba_file", "pg_hba.conf", "ident_file", "pg_ident.conf");

  /** A file of the configuration and what it has in the data directory, whatever it was called. */
  static final List<String> CONFIGURATION = List.of(MAIN, "pg_hba.conf", "pg_ident.conf");

  /** What a file from elsewhere says about places is of the source's machine. */
  private static final List<String> PLACES =
      List.of("data_directory", "hba_file", "ident_file", "external_pid_file", "include\\w*");

  /** What a line gets that is not to be read any more. */
  private static final String OF_SOURCE = "# of the source: ";

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

  /** All settings of the source that stand in files which the snapshot has. */
  private static Settings effective(SnapshotReader snapshot, Origin origin) {
    var elsewhere = mainElsewhere(snapshot, origin);
    return configuration(snapshot, origin, MAIN, elsewhere)
        .map(Settings::parse)
        .orElseGet(Settings::none)
        .with(Settings.parse(settings(snapshot)).values());
  }

  /**
   * What {@code postgresql.auto.conf} is to be once the cluster is recovered: as it was, but that
   * it names no file elsewhere whose copy has come home.
   */
  static String settingsAtHome(SnapshotReader snapshot, Origin origin) {
    var text = settings(snapshot);
    var moved = moved(origin, effective(snapshot, origin));
    return moved.isEmpty() ? text : Settings.parse(text).without(moved).text();
  }

  /**
   * What a file of {@link #CONFIGURATION} is to hold in the recovered data directory; empty if it
   * may stay as the snapshot has it.
   */
  static Optional<String> atHome(SnapshotReader snapshot, Origin origin, String name) {
    var effective = effective(snapshot, origin);
    var elsewhere = original(snapshot, origin, effective, name);
    var text = configuration(snapshot, origin, name, elsewhere);
    if (elsewhere.isPresent() || text.isEmpty()) {
      return Optional.of(text.map(SnapshotFiles::withoutPlaces)
          .orElse(name.equals("pg_hba.conf") ? "local all all peer\n" : ""));
    }
    if (!name.equals(MAIN)) {
      return Optional.empty();
    }
    var gone = new ArrayList<>(moved(origin, effective));
    gone.add("data_directory"); // or who starts it by hand starts what stands there
    var changed = commentedOut(text.get(), gone);
    return changed.equals(text(snapshot, name)) ? Optional.empty() : Optional.of(changed);
  }

  /** All settings that the recovered cluster has once it is open. */
  static Settings settingsOnceOpen(SnapshotReader snapshot, Origin origin) {
    return atHome(snapshot, origin, MAIN)
        .or(() -> Optional.of(text(snapshot, MAIN)))
        .map(Settings::parse)
        .orElseGet(Settings::none)
        .with(Settings.parse(settingsAtHome(snapshot, origin)).values());
  }

  /** What it includes from within the data directory comes home beside it, and stays. */
  private static String withoutPlaces(String text) {
    var without = commentedOut(text, PLACES);
    var data = Settings.parse(text).values().getOrDefault("data_directory", "");
    return data.isEmpty()
        ? without
        : Pattern.compile(
                "^" + OF_SOURCE + "[ \\t]*(include\\w*)[ \\t=]+'" + Pattern.quote(data)
                    + "/+([^']+)'",
                Pattern.MULTILINE | Pattern.CASE_INSENSITIVE)
            .matcher(without)
            .replaceAll("$1 '$2'");
  }

  private static String commentedOut(String text, List<String> names) {
    return Pattern.compile(
            "^[ \\t]*(" + String.join("|", names) + ")\\b.*",
            Pattern.MULTILINE | Pattern.CASE_INSENSITIVE)
        .matcher(text)
        .replaceAll(OF_SOURCE + "$0");
  }

  /** The settings that name a file elsewhere of which the snapshot has a copy. */
  private static List<String> moved(Origin origin, Settings effective) {
    return NAMED_BY.keySet().stream()
        .filter(setting -> origin.configuration().containsKey(place(effective, setting)))
        .sorted()
        .toList();
  }

  private static Path place(Settings effective, String setting) {
    return Path.of(effective.values().getOrDefault(setting, "")).normalize();
  }

  private static Optional<Path> mainElsewhere(SnapshotReader snapshot, Origin origin) {
    return origin.outside("config_file").or(() -> byItsName(snapshot, origin, MAIN));
  }

  /** Where the source had a file, if that was elsewhere. */
  private static Optional<Path> original(
      SnapshotReader snapshot, Origin origin, Settings effective, String name) {
    return name.equals(MAIN)
        ? mainElsewhere(snapshot, origin)
        : NAMED_BY.entrySet().stream()
            .filter(file -> name.equals(file.getValue()))
            .flatMap(file -> origin.outside(file.getKey()).stream())
            .findAny()
            .or(() -> bySetting(origin, effective, name))
            .or(() -> byItsName(snapshot, origin, name));
  }

  /** Snapshots of earlier builds do not say which file served which setting. */
  private static Optional<Path> bySetting(Origin origin, Settings effective, String name) {
    return moved(origin, effective).stream()
        .filter(setting -> name.equals(NAMED_BY.get(setting)))
        .map(setting -> place(effective, setting))
        .findAny();
  }

  /** The same; one that is included may be called like it, and does not stand for the real one. */
  private static Optional<Path> byItsName(SnapshotReader snapshot, Origin origin, String name) {
    return snapshot.file(name).isPresent()
        ? Optional.empty()
        : origin.configuration().keySet().stream()
            .filter(file -> file.endsWith(name))
            .min(Comparator.comparingInt(Path::getNameCount));
  }

  /**
   * What the recovered rules for access include (PostgreSQL 16 and later) and the snapshot does not
   * have: a server whose {@code pg_hba.conf} cannot be read whole does not start.
   */
  static List<String> accessNotIn(SnapshotReader snapshot, Origin origin) {
    return NAMED_BY.values().stream()
        .sorted()
        .flatMap(name -> atHome(snapshot, origin, name)
            .or(() -> snapshot.file(name).map(_ -> text(snapshot, name)))
            .stream())
        .flatMap(text -> ACCESS_INCLUDE.matcher(text).results())
        .map(line -> line.group(1))
        .filter(file -> file.startsWith("/") || snapshot.file(file).isEmpty())
        .toList();
  }

  private static String text(SnapshotReader snapshot, String path) {
    return new String(bytes(snapshot, path), StandardCharsets.UTF_8);
  }

  /**
   * A file of the configuration, with those in it that it includes from outside of the data
   * directory: a file of one name is all that the recovered one has.
   *
   * @param elsewhere where the source had it, if not in the data directory
   */
  private static Optional<String> configuration(
      SnapshotReader snapshot, Origin origin, String name, Optional<Path> elsewhere) {
    var outside = new TreeMap<Path, String>();
    origin
        .configuration()
        .forEach((original, captured) -> outside.put(original, text(snapshot, captured)));
    if (elsewhere.isPresent()) {
      var file = elsewhere.get();
      return Optional.of(
          inlined(outside.getOrDefault(file, ""), around(file), outside, MOST_NESTED));
    }
    return snapshot.file(name).isEmpty()
        ? Optional.empty()
        : Optional.of(inlined(text(snapshot, name), Path.of("/"), outside, MOST_NESTED));
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
    return snapshot.file(SETTINGS).isEmpty() ? "" : text(snapshot, SETTINGS);
  }
}
