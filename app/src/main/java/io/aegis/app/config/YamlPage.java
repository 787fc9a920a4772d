package io.aegis.app.config;

import io.aegis.app.ConfigFault;
import io.aegis.app.ConfigOrigin;
import io.aegis.app.config.Key.Many;
import io.aegis.app.config.Key.Single;
import io.aegis.kernel.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Walks the nodes of a YAML file against the declared keys; never stops at the first fault. */
final class YamlPage {
  /** Problems that repeat what is written there, which can be a password: {@code *hunter2}. */
  private static final Pattern REPEATING =
      Pattern.compile("alias|anchor|\\btag\\b", Pattern.CASE_INSENSITIVE);

  private static final String ITEM_TWICE =
      "Keep one of the two; where another item begins, write '- ' before it";

  private final Path file;
  private final Map<String, Key> keys = new LinkedHashMap<>();
  private final LinkedHashMap<String, Written.Value> values = new LinkedHashMap<>();
  private final Map<String, Integer> items = new HashMap<>();
  private final List<ConfigFault> faults = new ArrayList<>();

  private YamlPage(Path file) {
    this.file = file;
    Keys.all().forEach(key -> keys.put(key.path(), key));
  }

  static Written read(Path file, String text) {
    var page = new YamlPage(file);
    page.compose(text).ifPresent(root -> page.mapping("", root));
    return new Written(file, page.values, page.items, page.faults);
  }

  private Optional<Node> compose(String text) {
    var settings = LoadSettings.builder()
        .setLabel(file.toString())
        .setAllowNonScalarKeys(true) // a fault of ours, which hides no other
        .build();
    try {
      var root = new Compose(settings).composeString(text);
      if (root.isEmpty()) {
        fault(1, "", "the file is empty", "Remove it, then: aegis init --discover");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      int line = lineOf(e.getProblemMark().or(e::getContextMark));
      if (REPEATING.matcher(e.getProblem()).find()) {
        fault(
            line,
            "",
            "this is not YAML: what begins with '*', '&' or '!' is no text",
            "Put quotes around it; of a secret write the reference only, such as file:/path");
      } else {
        fault(
            line,
            "",
            "this is not YAML: " + e.getProblem(),
            "Write 'key: value', nested by two blanks; if the file ends here, it was cut off");
      }
    } catch (YamlEngineException e) {
      fault(
          1, "", "this is not YAML: " + e.getMessage(), "Write 'key: value', nested by two blanks");
    }
    return Optional.empty();
  }

  private void mapping(String path, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      fault(lineOf(node), path, "settings are expected here", "Write 'key: value' lines below it");
      return;
    }
    members(path, mapping, "Keep one of the two").forEach(this::member);
  }

  /** What a mapping sets, by its whole path: each word once, all else is a fault. */
  private Map<String, NodeTuple> members(String path, MappingNode mapping, String ifTwice) {
    var members = new LinkedHashMap<String, NodeTuple>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
        fault(lineOf(tuple.getKeyNode()), path, "a key must be a word", "Write 'key: value'");
      } else if (members.putIfAbsent(join(path, name.getValue()), tuple) != null) {
        fault(lineOf(name), join(path, name.getValue()), "it is set twice", ifTwice);
      }
    }
    return members;
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void member(String path, NodeTuple tuple) {
    boolean known = keys.containsKey(path) || isSection(path);
    if (known && nameOf(tuple).contains(".")) {
      dotted(path, tuple); // it could be set a second time below its section, with another value
      return;
    }
    switch (keys.get(path)) {
      case Single<?> single -> scalar(single, path, tuple.getValueNode());
      case Many many -> list(many, tuple.getValueNode());
      case null -> {
        if (known) {
          section(path, tuple.getValueNode());
        } else {
          unknown(path, tuple);
        }
      }
    }
  }

  private static String nameOf(NodeTuple tuple) {
    return ((ScalarNode) tuple.getKeyNode()).getValue();
  }

  private void dotted(String path, NodeTuple tuple) {
    int last = path.lastIndexOf('.');
    fault(
        lineOf(tuple.getKeyNode()),
        path,
        "sections are not joined by dots here",
        "Write '" + path.substring(last + 1) + "' below '" + path.substring(0, last) + "'");
  }

  private void section(String path, Node value) {
    if (isNull(value)) {
      fault(lineOf(value), path, "nothing stands below it", "Add its settings or remove it");
    } else {
      mapping(path, value);
    }
  }

  private boolean isSection(String path) {
    return keys.keySet().stream().anyMatch(known -> known.startsWith(path + "."));
  }

  private void unknown(String path, NodeTuple tuple) {
    fault(
        lineOf(tuple.getKeyNode()), path, "there is no such key", remedyFor(path, siblings(path)));
  }

  private Set<String> siblings(String path) {
    String section = path.substring(0, path.lastIndexOf('.') + 1);
    var names = new TreeSet<String>();
    keys.keySet().stream()
        .filter(known -> known.startsWith(section))
        .forEach(known -> names.add(known.substring(section.length()).replaceAll("\\..*", "")));
    return names;
  }

  private String remedyFor(String path, Set<String> siblings) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    var meant = Spelling.nearest(name, siblings);
    if (!meant.isEmpty()) {
      return "Did you mean '" + meant.getFirst() + "'?";
    }
    var elsewhere =
        keys.keySet().stream().filter(known -> known.endsWith("." + name)).findFirst();
    return elsewhere
        .map(known -> "It belongs to '" + known.substring(0, known.lastIndexOf('.')) + "'")
        .orElse("Known here: " + String.join(", ", siblings));
  }

  private void scalar(Single<?> key, String path, Node value) {
    if (isNull(value)) {
      fault(lineOf(value), path, "it has no value", "Write " + key.type().expects());
    } else if (value instanceof ScalarNode scalar) {
      values.put(path, new Written.Value(scalar.getValue(), at(lineOf(scalar))));
    } else {
      fault(lineOf(value), path, "one value is expected", "Write " + key.type().expects());
    }
  }

  private void list(Many many, Node value) {
    if (!(value instanceof SequenceNode sequence)) {
      fault(lineOf(value), many.path(), "a list is expected", "Begin each item with '- '");
      return;
    }
    var nodes = sequence.getValue();
    items.put(many.path(), nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      item(many, many.path() + "[" + i + "]", nodes.get(i));
    }
  }

  private void item(Many many, String path, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      fault(lineOf(node), path, "settings are expected here", "Write '- name: …' and so on");
      return;
    }
    var fields = new LinkedHashMap<String, Single<?>>();
    many.fields().forEach(field -> {
      var key = field.at(path);
      fields.put(key.path(), key);
    });
    values.put(path, new Written.Value("", at(lineOf(node))));
    members(path, mapping, ITEM_TWICE).forEach((member, tuple) -> {
      var key = fields.get(member);
      if (key == null) {
        var names =
            fields.keySet().stream().map(f -> f.substring(path.length() + 1)).toList();
        String remedy = "Known here: " + String.join(", ", names);
        fault(lineOf(tuple.getKeyNode()), member, "there is no such key", remedy);
      } else {
        scalar(key, member, tuple.getValueNode());
      }
    });
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private ConfigOrigin at(int line) {
    return new ConfigOrigin.InFile(file, line);
  }

  private void fault(int line, String key, String what, String remedy) {
    faults.add(new ConfigFault(at(line), key, what, remedy));
  }

  private static int lineOf(Node node) {
    return lineOf(node.getStartMark());
  }

  private static int lineOf(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0) + 1;
  }
}
