package io.aegis.postgres.restore;

import io.aegis.postgres.configuration.AccessRules;
import io.aegis.postgres.configuration.ConfigurationText;
import io.aegis.postgres.configuration.Settings;
import io.aegis.repository.SnapshotReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The configuration of a recovered cluster: all of it in the data directory, by the usual names,
 * wherever the source had it (trap T43).
 */
final class HomeConfiguration {
  private static final String MAIN = "postgresql.conf";
  private static final String ACCESS = "pg_hba.conf";
  private static final Path HERE = Path.of("");

  /** What lies beside it, by the setting that says where the source had each. */
  private static final Map<String, String> NAMED_BY =
      Map.of("hba_file", ACCESS, "ident_file", "pg_ident.conf");

  /** What it has in the data directory, beside {@code postgresql.auto.conf}. */
  static final List<String> FILES = List.of(MAIN, ACCESS, "pg_ident.conf");

  private final SnapshotFiles snapshot;
  private final Origin origin;

  /** All settings of the source that stand in files which the snapshot has. */
  private final Settings ofSource;

  HomeConfiguration(SnapshotReader snapshot, Origin origin) {
    this.snapshot = new SnapshotFiles(snapshot);
    this.origin = origin;
    this.ofSource = main(mainElsewhere())
        .map(ConfigurationText::settings)
        .orElseGet(Settings::none)
        .with(Settings.parse(this.snapshot.settings()).values());
  }

  /**
   * What {@code postgresql.auto.conf} is to be once the cluster is recovered: as it was, but that
   * it names no file elsewhere whose copy has come home.
   */
  String settings() {
    var text = snapshot.settings();
    var parsed = Settings.parse(text);
    var home = parsed.without(comeHome());
    return home.equals(parsed) ? text : home.text();
  }

  /** What one of {@link #FILES} is to hold; empty if it may stay as the snapshot has it. */
  Optional<String> changed(String name) {
    return name.equals(MAIN) ? changedMain() : changedRules(name);
  }

  private Optional<String> changedRules(String name) {
    var data = origin.dataDirectories();
    var inside = inside(name);
    if (inside.isPresent()) {
      var around = inside.get().resolveSibling("");
      var text = snapshot.text(inside.get().toString());
      return Optional.of(new AccessRules(text).movedFrom(around, data).text());
    }
    var elsewhere = original(name);
    if (elsewhere.isEmpty() && snapshot.has(name)) {
      var text = snapshot.text(name);
      return Optional.of(new AccessRules(text).movedFrom(HERE, data).text())
          .filter(changed -> !changed.equals(text));
    }
    return Optional.of(elsewhere
        .map(file -> new AccessRules(captured(file))
            .movedFrom(DurableFiles.parentOf(file), data)
            .text())
        .orElse(name.equals(ACCESS) ? "local all all peer\n" : ""));
  }

  private Optional<String> changedMain() {
    var elsewhere = mainElsewhere();
    var whole = main(elsewhere);
    if (elsewhere.isPresent() || whole.isEmpty()) {
      return Optional.of(
          whole.map(text -> text.moved(around(elsewhere), data(text)).text()).orElse(""));
    }
    var gone = new ArrayList<>(comeHome());
    gone.add("data_directory"); // or who starts it by hand starts what stands there
    var changed = whole.get().atHome(data(whole.get())).without(gone).text();
    return changed.equals(snapshot.text(MAIN)) ? Optional.empty() : Optional.of(changed);
  }

  private static Path around(Optional<Path> elsewhere) {
    return elsewhere.map(DurableFiles::parentOf).orElse(HERE);
  }

  /** All settings that the recovered cluster has once it is open. */
  Settings onceOpen() {
    return file(MAIN)
        .map(Settings::parse)
        .orElseGet(Settings::none)
        .with(Settings.parse(settings()).values());
  }

  /**
   * What the rules for access name and the snapshot does not have: a server whose {@code
   * pg_hba.conf} cannot be read whole does not start (PostgreSQL 16 and later).
   */
  List<String> accessElsewhere() {
    return NAMED_BY.values().stream()
        .sorted()
        .flatMap(name -> file(name).stream())
        .flatMap(file -> new AccessRules(file).needed().stream())
        .filter(file -> file.startsWith("/") || !snapshot.has(file))
        .toList();
  }

  private Optional<String> file(String name) {
    return changed(name)
        .or(() -> snapshot.has(name) ? Optional.of(snapshot.text(name)) : Optional.empty());
  }

  /** The settings that name a file by its whole path which the snapshot has. */
  private List<String> comeHome() {
    return NAMED_BY.entrySet().stream()
        .filter(file -> origin.configuration().containsKey(place(file.getKey()))
            || inside(place(file.getKey())).isPresent())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** Which other file of the data directory the source had for one of them, by its whole path. */
  private Optional<Path> inside(String name) {
    return NAMED_BY.entrySet().stream()
        .filter(file -> name.equals(file.getValue()))
        .flatMap(file -> inside(place(file.getKey())).stream())
        .filter(file -> !file.equals(Path.of(name)))
        .findAny();
  }

  private Optional<Path> inside(Path file) {
    return ConfigurationText.within(origin.dataDirectories(), file)
        .filter(path -> snapshot.has(path.toString()));
  }

  /** What the source's data directory was called. */
  private Set<Path> data(ConfigurationText text) {
    var named = new LinkedHashSet<>(origin.dataDirectories());
    Optional.ofNullable(text.settings().values().get("data_directory"))
        .ifPresent(path -> named.add(Path.of(path).normalize()));
    return named;
  }

  private Path place(String setting) {
    return Path.of(ofSource.values().getOrDefault(setting, "")).normalize();
  }

  private Optional<Path> mainElsewhere() {
    return origin.outside("config_file").or(() -> byItsName(MAIN));
  }

  /** Where the source had its rules for access, if that was elsewhere. */
  private Optional<Path> original(String name) {
    return NAMED_BY.entrySet().stream()
        .filter(file -> name.equals(file.getValue()))
        .flatMap(file -> origin.outside(file.getKey()).stream())
        .findAny()
        .or(() -> bySetting(name))
        .or(() -> byItsName(name));
  }

  /** Snapshots of earlier builds do not say which file served which setting. */
  private Optional<Path> bySetting(String name) {
    return comeHome().stream()
        .filter(setting -> name.equals(NAMED_BY.get(setting)))
        .map(this::place)
        .filter(origin.configuration()::containsKey)
        .findAny();
  }

  /** The same; one that is included may be called like it, and does not stand for the real one. */
  private Optional<Path> byItsName(String name) {
    return snapshot.has(name)
        ? Optional.empty()
        : origin.configuration().keySet().stream()
            .filter(file -> file.endsWith(name))
            .min(Comparator.comparingInt(Path::getNameCount));
  }

  private String captured(Path original) {
    return Optional.ofNullable(origin.configuration().get(original))
        .map(snapshot::text)
        .orElse("");
  }

  /**
   * The settings, with those that they include from outside of the data directory: a file of one
   * name is all that the recovered one has.
   *
   * @param elsewhere where the source had it, if not in the data directory
   */
  private Optional<ConfigurationText> main(Optional<Path> elsewhere) {
    var outside = new TreeMap<Path, String>();
    origin.configuration().keySet().forEach(file -> outside.put(file, captured(file)));
    if (elsewhere.isPresent()) {
      var file = elsewhere.get();
      return Optional.of(
          new ConfigurationText(captured(file)).inlined(DurableFiles.parentOf(file), outside));
    }
    var around = origin.dataDirectories().stream().findFirst().orElse(Path.of("/"));
    return snapshot.has(MAIN)
        ? Optional.of(new ConfigurationText(snapshot.text(MAIN)).inlined(around, outside))
        : Optional.empty();
  }
}
