package io.aegis.cli.terminal;

import io.aegis.kernel.Json;

/** How every JSON document and every line of NDJSON begins, on stdout and on stderr alike. */
public final class JsonDocument {
  private JsonDocument() {}

  /** To be filled in; {@code kind} tells a reader which members to expect. */
  public static Json.Obj of(String kind) {
    return Json.object().with("apiVersion", "aegis/v1").with("kind", kind);
  }

  /** With all members of {@code body}, none of which is called as one of the first two. */
  public static Json.Obj of(String kind, Json.Obj body) {
    var document = of(kind);
    for (var member : body.members().entrySet()) {
      if (document.find(member.getKey()) != null) {
        throw new IllegalArgumentException(kind + " says '" + member.getKey() + "' twice");
      }
      document = document.with(member.getKey(), member.getValue());
    }
    return document;
  }
}
