package io.aegis.kernel;

import io.aegis.kernel.Json.Arr;
import io.aegis.kernel.Json.Bool;
import io.aegis.kernel.Json.Null;
import io.aegis.kernel.Json.Num;
import io.aegis.kernel.Json.Obj;
import io.aegis.kernel.Json.Str;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Consumer;

final class JsonPrinter {
  private final StringBuilder out = new StringBuilder();
  private final boolean indented;
  private int depth;

  private JsonPrinter(boolean indented) {
    this.indented = indented;
  }

  static String compact(Json value) {
    return print(value, false);
  }

  static String pretty(Json value) {
    return print(value, true);
  }

  private static String print(Json value, boolean indented) {
    var printer = new JsonPrinter(indented);
    printer.value(value);
    return printer.out.toString();
  }

  private void value(Json value) {
    switch (value) {
      case Obj(var members) ->
        group('{', '}', members.entrySet(), member -> {
          text(member.getKey());
          out.append(indented ? ": " : ":");
          value(member.getValue());
        });
      case Arr(var items) -> group('[', ']', items, this::value);
      case Str(var text) -> text(text);
      case Num(var number) -> out.append(number.toPlainString());
      case Bool(var truth) -> out.append(truth);
      case Null() -> out.append("null");
    }
  }

  private <T> void group(char open, char close, Collection<T> items, Consumer<T> each) {
    out.append(open);
    depth++;
    String separator = "";
    for (T item : items) {
      out.append(separator);
      newLine();
      each.accept(item);
      separator = ",";
    }
    depth--;
    if (!items.isEmpty()) {
      newLine();
    }
    out.append(close);
  }

  private void newLine() {
    if (indented) {
      out.append('\n').repeat("  ", depth);
    }
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7F || Character.isSurrogate(c)) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
