package io.aegis.kernel;

import io.aegis.kernel.ByteReader.Malformed;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/** Strict RFC 8259, with a bound on nesting so that input cannot exhaust the stack. */
final class JsonParser {
  private static final int MOST_NESTED = 64;
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]{0,63})(\\.[0-9]{1,64})?([eE][+-]?[0-9]{1,3})?");

  private final String text;
  private int at;
  private int depth;

  JsonParser(String text) {
    this.text = text;
  }

  Json parse() {
    var value = value();
    skipWhite();
    if (at != text.length()) {
      throw wrong("something follows the value");
    }
    return value;
  }

  private Json value() {
    skipWhite();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> new Json.Str(string());
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", new Json.Null());
      default -> number();
    };
  }

  private Json object() {
    enter();
    var members = new LinkedHashMap<String, Json>();
    if (!closes('}')) {
      do {
        skipWhite();
        if (peek() != '"') {
          throw wrong("a member's name is expected");
        }
        var name = string();
        expect(':');
        if (members.put(name, value()) != null) {
          throw wrong("the member '" + name + "' stands twice");
        }
      } while (another('}'));
    }
    depth--;
    return new Json.Obj(members);
  }

  private Json array() {
    enter();
    List<Json> items = new ArrayList<>();
    if (!closes(']')) {
      do {
        items.add(value());
      } while (another(']'));
    }
    depth--;
    return new Json.Arr(items);
  }

  private void enter() {
    at++;
    if (++depth > MOST_NESTED) {
      throw wrong("nested more than " + MOST_NESTED + " deep");
    }
  }

  private boolean closes(char end) {
    skipWhite();
    if (peek() != end) {
      return false;
    }
    at++;
    return true;
  }

  private boolean another(char end) {
    if (closes(end)) {
      return false;
    }
    expect(',');
    return true;
  }

  private String string() {
    at++;
    var out = new StringBuilder();
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return out.toString();
      } else if (c == '\\') {
        out.append(escape());
      } else if (c < 0x20) {
        throw wrong("a control character stands in a text");
      } else {
        out.append(c);
      }
    }
  }

  private char escape() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("unknown escape");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw wrong("four hexadecimal digits are expected");
      }
      code = code << 4 | digit;
      at++;
    }
    return (char) code;
  }

  private Json number() {
    var matcher = NUMBER.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      throw wrong("a value is expected");
    }
    at = matcher.end();
    return new Json.Num(new BigDecimal(matcher.group()));
  }

  private Json word(String word, Json value) {
    if (!text.startsWith(word, at)) {
      throw wrong("a value is expected");
    }
    at += word.length();
    return value;
  }

  private void expect(char wanted) {
    skipWhite();
    if (peek() != wanted) {
      throw wrong("'" + wanted + "' is expected");
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("the text ends too early");
    }
    return text.charAt(at);
  }

  private void skipWhite() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private Malformed wrong(String fact) {
    return new Malformed("at character " + (at + 1) + ": " + fact);
  }
}
