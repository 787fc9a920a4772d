package io.aegis.app.config;

import io.aegis.app.config.Key.Many;
import io.aegis.app.config.Key.Need;
import io.aegis.app.config.Key.Single;
import io.aegis.kernel.Json;
import java.util.ArrayList;
import java.util.List;

/** The declared keys as a JSON Schema. */
public final class JsonSchema {
  private JsonSchema() {}

  /** Draft 2020-12, closed: an unknown key is an error in the editor, too. */
  public static Json.Obj ofKeys() {
    return Json.object()
        .with("$schema", "https://json-schema.org/draft/2020-12/schema")
        .with("title", "aegis.yaml")
        .with("description", "One application that Aegis protects and recovers.")
        .with("type", "object")
        .with("additionalProperties", false)
        .with("required", Json.texts(requiredIn("")))
        .with("properties", membersOf(""));
  }

  private static Json.Obj membersOf(String section) {
    var members = Json.object();
    for (Key key : Keys.all()) {
      if (!key.path().startsWith(section)) {
        continue;
      }
      String rest = key.path().substring(section.length());
      int dot = rest.indexOf('.');
      if (dot < 0) {
        members = members.with(rest, of(key));
      } else if (members.find(rest.substring(0, dot)) == null) {
        members = members.with(rest.substring(0, dot), section(section + rest.substring(0, dot)));
      }
    }
    return members;
  }

  private static Json.Obj section(String path) {
    return Json.object()
        .with("description", Keys.sections().getOrDefault(path, ""))
        .with("type", "object")
        .with("additionalProperties", false)
        .with("required", Json.texts(requiredIn(path + ".")))
        .with("properties", membersOf(path + "."));
  }

  private static List<String> requiredIn(String section) {
    var names = new ArrayList<String>();
    for (Key key : Keys.all()) {
      boolean required = key instanceof Single<?> single && single.need() instanceof Need.Required;
      if (required && key.path().startsWith(section)) {
        String name = key.path().substring(section.length()).replaceAll("\\..*", "");
        if (!names.contains(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static Json.Obj of(Key key) {
    return switch (key) {
      case Single<?> single -> single(single);
      case Many many -> {
        var fields = Json.object();
        for (var field : many.fields()) {
          fields = fields.with(field.path().replaceAll(".*\\.", ""), single(field));
        }
        yield Json.object()
            .with("description", many.meaning())
            .with("type", "array")
            .with(
                "items",
                Json.object()
                    .with("type", "object")
                    .with("additionalProperties", false)
                    .with("required", Json.texts(List.copyOf(fields.members().keySet())))
                    .with("properties", fields));
      }
    };
  }

  private static Json.Obj single(Single<?> key) {
    var schema = Json.object().with("description", key.meaning());
    for (var member : key.type().schema().members().entrySet()) {
      schema = schema.with(member.getKey(), member.getValue());
    }
    return key.need() instanceof Need.ByDefault(var text) ? schema.with("default", text) : schema;
  }
}
