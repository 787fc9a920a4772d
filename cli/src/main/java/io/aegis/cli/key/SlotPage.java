package io.aegis.cli.key;

import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.Page;
import io.aegis.cli.terminal.Table;
import io.aegis.kernel.Json;
import io.aegis.repository.Keys.Slot;
import java.util.List;

/** Key slots, as the verbs of {@code aegis key} show them. */
record SlotPage(String kind, String headline, List<Slot> slots) implements Answer {
  @Override
  public Json.Obj json() {
    return Json.object().with("slots", Json.array(items()));
  }

  @Override
  public List<Json.Obj> items() {
    return slots.stream()
        .map(slot -> Json.object()
            .with("id", slot.id())
            .with("type", slot.kind())
            .with("label", slot.label())
            .with("added", slot.added().toString()))
        .toList();
  }

  @Override
  public void print(Page page) {
    if (!headline.isEmpty()) {
      page.line(headline);
    }
    var table = new Table("SLOT", "KIND", "LABEL", "ADDED");
    for (var slot : slots) {
      table.row(slot.id(), slot.kind(), slot.label(), page.time().full(slot.added()));
    }
    page.table(table);
  }
}
