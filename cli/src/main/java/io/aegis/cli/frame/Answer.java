package io.aegis.cli.frame;

import io.aegis.kernel.Json;
import java.util.List;

/** What a command found out: one immutable value, a page for people and JSON for programs. */
public interface Answer {

  /** Names the kind of document in {@code "kind"}; stable. */
  String kind();

  /** The document, without {@code apiVersion} and {@code kind}. */
  Json.Obj json();

  /**
   * What {@code -o ndjson} prints one a line: the items of a listing, else the document itself.
   * Each line gets {@code apiVersion} and the {@code kind} of this answer; no item has such
   * members.
   */
  default List<Json.Obj> items() {
    return List.of(json());
  }

  void print(Page page);
}
