package io.aegis.cli.terminal;

import io.aegis.kernel.Json;

/** A JSON value written as YAML 1.2: the same document, in the block style that people prefer. */
public final class YamlText {
  private final StringBuilder out = new StringBuilder();

  private YamlText() {}

  public static String of(Json value) {
    var text = new YamlText();
    text.block(value, 0);
    return text.out.toString();
  }

  private void block(Json value, int depth) {
    switch (value) {
      case Json.Obj(var members)
      when !members.isEmpty() ->
        members.forEach((name, member) -> {
          indent(depth).append(scalar(name)).append(':');
          child(member, depth + 1);
        });
      case Json.Arr(var items) when !items.isEmpty() -> items.forEach(item -> item(item, depth));
      case Json.Obj _, Json.Arr _, Json.Str _, Json.Num _, Json.Bool _, Json.Null _ ->
        indent(depth).append(leaf(value)).append('\n');
    }
  }

  private void child(Json value, int depth) {
    if (nested(value)) {
      out.append('\n');
      block(value, depth);
    } else {
      out.append(' ').append(leaf(value)).append('\n');
    }
  }

  // "- " takes the place of the first line's indentation.
  private void item(Json value, int depth) {
    int start = out.length();
    block(value, depth + 1);
    out.replace(start + 2 * depth, start + 2 * depth + 2, "- ");
  }

  private static boolean nested(Json value) {
    return switch (value) {
      case Json.Obj(var members) -> !members.isEmpty();
      case Json.Arr(var items) -> !items.isEmpty();
      case Json.Str _, Json.Num _, Json.Bool _, Json.Null _ -> false;
    };
  }

  private static String leaf(Json value) {
    return value instanceof Json.Str(var text) ? scalar(text) : value.compact();
  }

  // A JSON string is a YAML double-quoted scalar; only what can be nothing but text goes without.
  private static String scalar(String text) {
    boolean plain = text.matches("[A-Za-z_/][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
        && !text.matches("(?i)true|false|null|yes|no|on|off|y|n");
    return plain ? text : new Json.Str(text).compact();
  }

  private StringBuilder indent(int depth) {
    return out.repeat("  ", depth);
  }
}
