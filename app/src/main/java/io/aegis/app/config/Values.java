package io.aegis.app.config;

import io.aegis.app.ConfigFault;
import io.aegis.app.ConfigOrigin;
import io.aegis.app.ConfigSetting;
import io.aegis.app.config.Key.Many;
import io.aegis.app.config.Key.Need;
import io.aegis.app.config.Key.Single;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The one value that each key has, after option, variable, file and default have had their say. */
final class Values {
  /** As in an address: {@code s3://key:secret@bucket}. */
  private static final Pattern CREDENTIALS = Pattern.compile("[^:]*:.*@.*", Pattern.DOTALL);

  private final ValueType.Anchor anchor;
  private final Map<String, Written.Value> chosen = new LinkedHashMap<>();
  private final Map<String, Integer> items;
  private final List<ConfigFault> faults = new ArrayList<>();
  private final List<ConfigFault> missing = new ArrayList<>();

  /**
   * What can be said from outside the file.
   *
   * @param asked what a person is asked for where nobody has set it
   */
  record Layers(
      Map<String, Written.Value> options, Map<String, String> variables, Set<Key> asked) {}

  Values(Written written, Layers layers, ValueType.Anchor anchor) {
    this.anchor = anchor;
    this.items = written.items();
    for (Key key : Keys.all()) {
      switch (key) {
        case Single<?> single -> choose(single, written, layers);
        case Many many -> chooseItems(many, written);
      }
    }
  }

  private void choose(Single<?> key, Written written, Layers layers) {
    var option = Optional.ofNullable(layers.options().get(key.path()));
    var variable = Optional.ofNullable(layers.variables().get(key.variable()))
        .map(text -> new Written.Value(text, new ConfigOrigin.Variable(key.variable())));
    var inFile = Optional.ofNullable(written.values().get(key.path()));
    option
        .or(() -> variable)
        .or(() -> inFile)
        .or(() -> fallback(key))
        .ifPresentOrElse(value -> accept(key, value), () -> {
          if (!mentioned(written, key.path()) && !layers.asked().contains(key)) {
            missing(key, written).ifPresent(missing::add);
          }
        });
  }

  // A key that stands in the file with a fault of its own, or below one, is not missing, too.
  private static boolean mentioned(Written written, String path) {
    return written.faults().stream()
        .anyMatch(fault -> path.equals(fault.key()) || path.startsWith(fault.key() + "."));
  }

  private static Optional<Written.Value> fallback(Single<?> key) {
    return key.need() instanceof Need.ByDefault(var text)
        ? Optional.of(new Written.Value(text, new ConfigOrigin.Default()))
        : Optional.empty();
  }

  private void chooseItems(Many many, Written written) {
    for (int i = 0; i < items.getOrDefault(many.path(), 0); i++) {
      for (Single<?> field : many.fields()) {
        var key = field.at(many.path() + "[" + i + "]");
        var value = written.values().get(key.path());
        if (value != null) {
          accept(key, value);
        } else if (!mentioned(written, key.path())) {
          missing(key, written);
        }
      }
    }
  }

  private void accept(Single<?> key, Written.Value value) {
    try {
      key.type().parser().parse(value.text(), anchor);
      chosen.put(key.path(), value);
    } catch (IllegalArgumentException e) {
      String shown = switch (key.type().exposure()) {
        case SHOWN ->
          CREDENTIALS.matcher(value.text()).matches()
              ? "credentials must not stand here"
              : "'" + value.text() + "' cannot be used";
        case HIDDEN -> "a secret must not stand here itself";
      };
      faults.add(new ConfigFault(
          value.origin(), key.path(), shown, "Write " + key.type().expects()));
    }
  }

  private Optional<ConfigFault> missing(Single<?> key, Written written) {
    if (!(key.need() instanceof Need.Required)) {
      return Optional.empty();
    }
    var fault = new ConfigFault(
        new ConfigOrigin.InFile(written.file(), lineOfSection(key.path(), written)),
        key.path(),
        "it is missing",
        "Add it: " + key.type().expects());
    faults.add(fault);
    return Optional.of(fault);
  }

  // The nearest place where it could be added: beside its siblings, else at the top.
  private static int lineOfSection(String path, Written written) {
    String section = path.substring(0, path.lastIndexOf('.'));
    return written.values().entrySet().stream()
        .filter(entry -> entry.getKey().equals(section) || entry.getKey().startsWith(section + "."))
        .map(entry -> entry.getValue().origin())
        .map(origin -> origin instanceof ConfigOrigin.InFile file ? file.line() : 1)
        .findFirst()
        .orElse(1);
  }

  List<ConfigFault> faults() {
    return List.copyOf(faults);
  }

  /**
   * Those of the faults that are a whole key's absence. A field that a written item lacks is none
   * of them: what was begun has to be whole.
   */
  List<ConfigFault> missing() {
    return List.copyOf(missing);
  }

  List<ConfigSetting> settings() {
    return chosen.entrySet().stream()
        .map(entry -> new ConfigSetting(
            entry.getKey(), entry.getValue().text(), entry.getValue().origin()))
        .toList();
  }

  boolean has(Single<?> key) {
    return chosen.containsKey(key.path());
  }

  /** The value of a key that has no fault and is required or has a default. */
  <T> T get(Single<T> key) {
    return find(key).orElseThrow(() -> new IllegalStateException("not set: " + key.path()));
  }

  <T> Optional<T> find(Single<T> key) {
    return Optional.ofNullable(chosen.get(key.path()))
        .map(value -> key.type().parser().parse(value.text(), anchor));
  }

  ConfigOrigin origin(Single<?> key) {
    var value = chosen.get(key.path());
    return value == null ? new ConfigOrigin.Default() : value.origin();
  }

  int count(Many many) {
    return items.getOrDefault(many.path(), 0);
  }
}
