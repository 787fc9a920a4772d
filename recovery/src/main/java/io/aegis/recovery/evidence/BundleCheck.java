package io.aegis.recovery.evidence;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Json;
import io.aegis.recovery.journal.Declared;
import io.aegis.recovery.journal.Entry;
import io.aegis.recovery.journal.History;
import io.aegis.recovery.state.Picture;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a bundle again from the declaration and the entries it holds, and compares. It finds any
 * change but one: a bundle whose newest entries were cut off and which was then drawn again. That
 * is what the head in the repository's register is for.
 */
public final class BundleCheck {
  private BundleCheck() {}

  /** What does not agree, one line each. */
  public static List<String> of(Json.Obj document) {
    try {
      long version = document.number("aegisEvidence");
      if (version != Bundle.VERSION && version != BundleOne.VERSION) {
        return List.of("it is of a version that is not known here");
      }
      var integrity = document.object("integrity");
      var declared = Declared.of(integrity.object("declaration"));
      var entries = integrity.array("entries").stream().map(BundleCheck::entry).toList();
      var findings = new ArrayList<>(chain(declared, entries));
      if (findings.isEmpty()) {
        var asOf = Instant.parse(document.object("identity").text("asOf"));
        findings.addAll(compare(document, drawn(document, new History(declared, entries), asOf)));
      }
      return findings;
    } catch (Malformed | DateTimeException | IllegalArgumentException | Failure e) {
      return List.of("it cannot be read: " + e.getMessage());
    }
  }

  private static Json.Obj drawn(Json.Obj document, History history, Instant asOf) {
    var now = Picture.of(history).view(asOf);
    return document.number("aegisEvidence") == BundleOne.VERSION
        ? BundleOne.like(document, now, history)
        : Bundle.of(now, history);
  }

  private static List<String> chain(Declared declared, List<Entry> entries) {
    var slot = declared.first();
    for (var entry : entries) {
      if (!slot.fits(entry)) {
        return List.of("entry %d-%d does not continue the entry before it"
            .formatted(entry.epoch(), entry.sequence()));
      }
      slot = entry.next();
    }
    return List.of();
  }

  private static List<String> compare(Json.Obj stored, Json.Obj drawn) {
    var findings = new ArrayList<String>();
    for (var member : drawn.members().entrySet()) {
      var there = stored.find(member.getKey());
      if (there == null || !there.compact().equals(member.getValue().compact())) {
        findings.add("'" + member.getKey() + "' is not what the journal says");
      }
    }
    for (var name : stored.members().keySet()) {
      if (drawn.find(name) == null) {
        findings.add("'" + name + "' does not belong into a bundle");
      }
    }
    return findings;
  }

  private static Entry entry(Json json) {
    if (json instanceof Json.Obj object) {
      return Entry.of(object);
    }
    throw new Malformed("not an entry of a journal");
  }
}
