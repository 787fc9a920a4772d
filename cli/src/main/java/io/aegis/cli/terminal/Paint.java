package io.aegis.cli.terminal;

import java.util.Locale;
import java.util.Map;

/** Colours for one stream, or none. Colour never carries a meaning that the words do not. */
public enum Paint {
  PLAIN,
  COLOURED;

  /** What {@code --color} asks for. */
  public enum Choice {
    AUTO,
    ALWAYS,
    NEVER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Follows {@code NO_COLOR} (no-color.org) and {@code TERM=dumb} unless told otherwise. */
  public static Paint of(
      Choice choice, Terminal terminal, Terminal.Stream stream, Map<String, String> variables) {
    return switch (choice) {
      case ALWAYS -> COLOURED;
      case NEVER -> PLAIN;
      case AUTO -> {
        boolean unwanted = !variables.getOrDefault("NO_COLOR", "").isEmpty()
            || "dumb".equals(variables.get("TERM"));
        yield terminal.isPerson(stream) && !unwanted ? COLOURED : PLAIN;
      }
    };
  }

  public String bold(String text) {
    return wrap("1", text);
  }

  public String faint(String text) {
    return wrap("2", text);
  }

  public String red(String text) {
    return wrap("31", text);
  }

  public String green(String text) {
    return wrap("32", text);
  }

  public String yellow(String text) {
    return wrap("33", text);
  }

  private String wrap(String sequence, String text) {
    return this == PLAIN || text.isEmpty() ? text : "\033[" + sequence + "m" + text + "\033[0m";
  }

  /** How many columns {@code text} takes once its colours are gone. */
  static int width(String text) {
    String plain = text.indexOf('\033') < 0 ? text : text.replaceAll("\033\\[[0-9;]*m", "");
    return plain.codePointCount(0, plain.length());
  }
}
