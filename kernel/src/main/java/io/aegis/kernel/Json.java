package io.aegis.kernel;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259). Used for what people and scripts read: plans, evidence, {@code --json};
 * stored binary formats do not use it. Printing is deterministic: members in insertion order.
 */
public sealed interface Json {

  /** Members keep the order in which they were given; a later one of the same name replaces. */
  record Obj(SequencedMap<String, Json> members) implements Json {
    public Obj {
      members = java.util.Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    /** This object with one member more, or with that member replaced. */
    public Obj with(String name, Json value) {
      var copy = new LinkedHashMap<>(members);
      copy.put(name, value);
      return new Obj(copy);
    }

    public Obj with(String name, String value) {
      return with(name, new Str(value));
    }

    public Obj with(String name, long value) {
      return with(name, new Num(BigDecimal.valueOf(value)));
    }

    public Obj with(String name, boolean value) {
      return with(name, new Bool(value));
    }

    public @Nullable Json find(String name) {
      return members.get(name);
    }

    /**
     * @throws ByteReader.Malformed if there is no such member or it is not text
     */
    public String text(String name) {
      if (members.get(name) instanceof Str(var value)) {
        return value;
      }
      throw new ByteReader.Malformed("'" + name + "' is not a text");
    }

    /**
     * @throws ByteReader.Malformed if there is no such member or it is not a whole number
     */
    public long number(String name) {
      if (members.get(name) instanceof Num(var value)) {
        try {
          return value.longValueExact();
        } catch (ArithmeticException e) {
          throw new ByteReader.Malformed("'" + name + "' is not a whole number: " + value);
        }
      }
      throw new ByteReader.Malformed("'" + name + "' is not a number");
    }

    /**
     * @throws ByteReader.Malformed if there is no such member or it is not true or false
     */
    public boolean bool(String name) {
      if (members.get(name) instanceof Bool(var value)) {
        return value;
      }
      throw new ByteReader.Malformed("'" + name + "' is not true or false");
    }

    /**
     * @throws ByteReader.Malformed if there is no such member or it is not an object
     */
    public Obj object(String name) {
      if (members.get(name) instanceof Obj value) {
        return value;
      }
      throw new ByteReader.Malformed("'" + name + "' is not an object");
    }

    /**
     * @throws ByteReader.Malformed if there is no such member or it is not an array
     */
    public List<Json> array(String name) {
      if (members.get(name) instanceof Arr(var items)) {
        return items;
      }
      throw new ByteReader.Malformed("'" + name + "' is not an array");
    }
  }

  /** An array. */
  record Arr(List<Json> items) implements Json {
    public Arr {
      items = List.copyOf(items);
    }
  }

  /** A text. */
  record Str(String value) implements Json {}

  /** A number, exact. */
  record Num(BigDecimal value) implements Json {}

  /** True or false. */
  record Bool(boolean value) implements Json {}

  /** The null of JSON; shown for "not measured", never left out. */
  record Null() implements Json {}

  static Obj object() {
    return new Obj(new LinkedHashMap<>());
  }

  static Arr array(List<? extends Json> items) {
    return new Arr(new ArrayList<>(items));
  }

  static Arr texts(List<String> items) {
    return new Arr(items.stream().<Json>map(Str::new).toList());
  }

  static Obj texts(Map<String, String> members) {
    var all = object();
    for (var member : members.entrySet()) {
      all = all.with(member.getKey(), member.getValue());
    }
    return all;
  }

  static Num number(long value) {
    return new Num(BigDecimal.valueOf(value));
  }

  /**
   * @throws ByteReader.Malformed with the position, if {@code text} is not exactly one JSON value
   */
  static Json parse(String text) {
    return new JsonParser(text).parse();
  }

  /**
   * @throws ByteReader.Malformed if {@code text} is not exactly one JSON object
   */
  static Obj parseObject(String text) {
    if (parse(text) instanceof Obj object) {
      return object;
    }
    throw new ByteReader.Malformed("not a JSON object");
  }

  /** On one line, without white space: the form that is hashed and journalled. */
  default String compact() {
    return JsonPrinter.compact(this);
  }

  /** Indented by two spaces, for people. */
  default String pretty() {
    return JsonPrinter.pretty(this);
  }
}
