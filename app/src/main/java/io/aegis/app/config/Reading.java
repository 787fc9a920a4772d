package io.aegis.app.config;

import io.aegis.app.ConfigFault;
import io.aegis.app.ConfigKey;
import io.aegis.app.ConfigOrigin;
import io.aegis.app.ConfigSetting;
import io.aegis.app.ConfigSources;
import io.aegis.app.Configuration;
import io.aegis.app.Surroundings;
import io.aegis.app.config.Key.Many;
import io.aegis.app.config.Key.Single;
import io.aegis.repository.ComponentName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One pass over every source of settings. */
public final class Reading {
  /** What has to be set to look at what a repository holds. */
  private static final Set<String> ESSENTIAL = Set.of(
      Keys.APPLICATION.path(),
      Keys.LOCATION_OF_REPOSITORY.path(),
      Keys.KEY.path(),
      Keys.COMPONENT.path());

  private final Optional<Path> file;
  private final Written written;
  private final Values values;
  private final Map<String, String> variables;

  private Reading(
      Optional<Path> file, Written written, Values values, Map<String, String> variables) {
    this.file = file;
    this.written = written;
    this.values = values;
    this.variables = variables;
  }

  /** Reads the sources; faults are collected, not thrown. */
  public static Reading of(ConfigSources sources, Surroundings around) {
    var found = ConfigFiles.find(sources.file(), around);
    var written = found
        .map(each -> YamlPage.read(each.file(), each.text()))
        .orElseGet(() -> Written.nothing(around.directory().resolve("aegis.yaml")));
    var options = new HashMap<String, Written.Value>();
    sources
        .options()
        .forEach((key, option) -> options.put(
            key, new Written.Value(option.value(), new ConfigOrigin.Option(option.name()))));
    var anchor = new ValueType.Anchor(
        found.map(ConfigFiles.Found::directory).orElse(around.directory()), around.home());
    return new Reading(
        found.map(ConfigFiles.Found::file),
        written,
        new Values(written, new Values.Layers(options, around.variables(), asked(sources)), anchor),
        around.variables());
  }

  private static Set<Key> asked(ConfigSources sources) {
    return switch (sources.attendance()) {
      case NOBODY -> Set.of();
      case PERSON -> Set.of(Keys.KEY);
    };
  }

  public Optional<Path> file() {
    return file;
  }

  /** All of them, in the order of the file. */
  public List<ConfigFault> faults() {
    var all = new ArrayList<ConfigFault>(written.faults());
    if (written.faults().isEmpty() || !written.values().isEmpty()) {
      all.addAll(values.faults());
    }
    all.addAll(Contradictions.in(values));
    all.sort(Comparator.comparingInt(Reading::line));
    return all;
  }

  /** Keys that nobody set and that have no default. */
  public List<ConfigFault> missing() {
    return values.missing();
  }

  /** The faults that keep it from being looked at what a repository holds, in the same order. */
  public List<ConfigFault> essentialFaults() {
    var spared = new ArrayList<>(values.missing());
    spared.removeIf(fault -> ESSENTIAL.contains(fault.key()));
    return faults().stream().filter(fault -> !spared.contains(fault)).toList();
  }

  /** The faults below {@code repository}, and those of the file as a whole. */
  public List<ConfigFault> repositoryFaults() {
    return faults().stream()
        .filter(fault -> fault.key().isEmpty() || fault.key().startsWith("repository"))
        .toList();
  }

  /** Those of them that count for somebody who brings a key along. */
  public List<ConfigFault> placeFaults() {
    var spared = new ArrayList<>(values.missing());
    spared.removeIf(fault -> !fault.key().equals(Keys.KEY.path()));
    return repositoryFaults().stream().filter(fault -> !spared.contains(fault)).toList();
  }

  private static int line(ConfigFault fault) {
    return fault.origin() instanceof ConfigOrigin.InFile file ? file.line() : 0;
  }

  /** Variables that look like settings and are none, each with what may have been meant. */
  public List<String> strayVariables() {
    return StrayVariables.among(variables, values.settings());
  }

  public List<ConfigSetting> settings() {
    return values.settings();
  }

  public Configuration configuration() {
    return new Binder(values).configuration();
  }

  public Configuration.Essentials essentials() {
    return new Binder(values).essentials();
  }

  public Configuration.RepositorySettings repository() {
    return new Binder(values).repository();
  }

  public Configuration.Place place() {
    return new Binder(values).place();
  }

  /** The name of the database, if it is declared. */
  public Optional<ComponentName> component() {
    return values.find(Keys.COMPONENT).map(ComponentName::new);
  }

  /** What can be set. */
  public static List<ConfigKey> keys() {
    return Keys.all().stream().flatMap(Reading::described).toList();
  }

  private static Stream<ConfigKey> described(Key key) {
    return switch (key) {
      case Single<?> single -> Stream.of(single.described());
      case Many many ->
        Stream.concat(
            Stream.of(new ConfigKey(many.path(), "a list", "optional", "", many.meaning())),
            many.fields().stream().map(Single::described));
    };
  }
}
