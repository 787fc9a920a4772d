package io.aegis.app.config;

import io.aegis.app.ConfigKey;
import java.util.List;
import java.util.Locale;

/** Something that can be set. */
sealed interface Key {

  String path();

  String meaning();

  /** One value. */
  record Single<T>(String path, ValueType<T> type, Need need, String meaning) implements Key {
    String variable() {
      return "AEGIS_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** The same key as an item's field: {@code recovery.invariants[2].sql}. */
    Single<T> at(String itemPath) {
      return new Single<>(itemPath + path.substring(path.lastIndexOf('.')), type, need, meaning);
    }

    ConfigKey described() {
      String fallback = switch (need) {
        case Need.Required() -> "required";
        case Need.Optional() -> "optional";
        case Need.ByDefault(var text) -> text;
      };
      return new ConfigKey(
          path, type.expects(), fallback, path.contains("[]") ? "" : variable(), meaning);
    }
  }

  /** Any number of items that have the same fields. */
  record Many(String path, List<Single<?>> fields, String meaning) implements Key {
    public Many {
      fields = List.copyOf(fields);
    }
  }

  /** What holds when nobody sets it. */
  sealed interface Need {
    record Required() implements Need {}

    record Optional() implements Need {}

    record ByDefault(String text) implements Need {}
  }
}
