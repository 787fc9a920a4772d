package io.aegis.app.config;

import io.aegis.app.SecretReference;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A kind of value: how it is read, and how its form is told to people and to editors.
 *
 * @param expects completes "write …"
 * @param schema its JSON Schema
 * @param exposure whether what was written may be repeated in a message
 */
record ValueType<T>(String expects, Json.Obj schema, Exposure exposure, Parser<T> parser) {

  /** Whether a value may be shown. */
  enum Exposure {
    SHOWN,
    HIDDEN
  }

  /**
   * What relative values are relative to.
   *
   * @param directory of the configuration file
   */
  record Anchor(Path directory, Path home) {}

  /** Reads a text. */
  @FunctionalInterface
  interface Parser<T> {
    /**
     * @throws IllegalArgumentException if it is not of the form
     */
    T parse(String text, Anchor anchor);
  }

  static final ValueType<String> TEXT = matching("a text", ".*\\S.*");
  static final ValueType<String> NAME =
      matching("a name of a-z, 0-9 and '-', beginning with a letter", "[a-z][a-z0-9-]{0,39}");
  static final ValueType<String> SLOT =
      matching("a slot name of a-z, 0-9 and '_'", "[a-z0-9_]{1,63}");
  static final ValueType<Integer> PORT = number(1, 65_535);
  static final ValueType<Path> PATH = shown(
      "a path; relative to the configuration file",
      text("string"),
      (text, anchor) -> path(text, anchor));
  static final ValueType<URI> URL = shown(
      "an address like https://s3.example:9000",
      text("string").with("pattern", "^https?://[^/]+/?$"),
      (text, _) -> url(text));
  static final ValueType<LocationText> LOCATION = shown(
      "a directory, or s3://bucket/prefix, a prefix of letters, digits, '.', '_', '-' and '/'",
      text("string"),
      LocationText::parse);
  static final ValueType<SecretReference> SECRET = new ValueType<>(
      "a reference: file:/path, env:VARIABLE or cmd:command",
      text("string").with("pattern", "^(file|env|cmd):.+$"),
      Exposure.HIDDEN,
      ValueType::secret);

  static ValueType<Duration> duration(Duration from, Duration to) {
    return shown(
        "a duration from " + HumanTime.of(from) + " to " + HumanTime.of(to)
            + ", such as 30s, 15m or 1h30m",
        text("string")
            .with("pattern", "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+([.][0-9])?s)?([0-9]+ms)?$"),
        (text, _) -> {
          var duration = HumanTime.parse(text);
          if (duration.compareTo(from) < 0 || duration.compareTo(to) > 0) {
            throw new IllegalArgumentException("out of range");
          }
          return duration;
        });
  }

  static ValueType<Integer> number(int from, int to) {
    return shown(
        "a whole number from " + from + " to " + to,
        text("integer").with("minimum", from).with("maximum", to),
        (text, _) -> {
          int number = Integer.parseInt(text);
          if (number < from || number > to) {
            throw new IllegalArgumentException("out of range");
          }
          return number;
        });
  }

  static <E extends Enum<E>> ValueType<E> choice(Class<E> options) {
    var names =
        List.of(options.getEnumConstants()).stream().map(ValueType::written).toList();
    return shown(
        "one of " + String.join(", ", names),
        text("string").with("enum", Json.texts(names)),
        (text, _) -> List.of(options.getEnumConstants()).stream()
            .filter(option -> written(option).equals(text))
            .findFirst()
            .orElseThrow(IllegalArgumentException::new));
  }

  private static String written(Enum<?> option) {
    return option.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static ValueType<String> matching(String expects, String regex) {
    var pattern = Pattern.compile(regex, Pattern.DOTALL);
    return shown(expects, text("string").with("pattern", "^" + regex + "$"), (text, _) -> {
      if (!pattern.matcher(text).matches()) {
        throw new IllegalArgumentException("does not match");
      }
      return text;
    });
  }

  private static <T> ValueType<T> shown(String expects, Json.Obj schema, Parser<T> parser) {
    return new ValueType<>(expects, schema, Exposure.SHOWN, parser);
  }

  private static Json.Obj text(String type) {
    return Json.object().with("type", type);
  }

  static Path path(String text, Anchor anchor) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("empty");
    }
    String expanded = text.startsWith("~/") ? anchor.home() + text.substring(1) : text;
    return anchor.directory().resolve(expanded).normalize();
  }

  private static URI url(String text) {
    var address = URI.create(text);
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    if (!http || address.getHost() == null || address.getRawUserInfo() != null) {
      throw new IllegalArgumentException("not an address");
    }
    return address;
  }

  private static SecretReference secret(String text, Anchor anchor) {
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? "" : text.substring(0, colon);
    String rest = text.substring(colon + 1);
    if (rest.isBlank()) {
      throw new IllegalArgumentException("empty");
    }
    return switch (scheme) {
      case "file" -> new SecretReference.InFile(path(rest, anchor));
      case "env" -> new SecretReference.InVariable(rest);
      case "cmd" -> new SecretReference.FromCommand(rest);
      default -> throw new IllegalArgumentException("not a reference");
    };
  }
}
