package io.aegis.postgres.stream;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.LogSpan;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.stream.Continuity.Stored;
import java.util.Optional;

/**
 * What a stream finds when it goes on.
 *
 * @param known of the end of what is stored
 * @param damaged a slice that must be settled before it can go on
 */
record Resumption(Stored stored, SameLog.Known known, Optional<DamagedTip> damaged) {

  /** Reads all parts only where something was noticed, or where some could not be compacted. */
  static Resumption of(Journey journey, TimelineInventory newest) {
    int size = WalArchive.sliceBytes(journey.inventory().segments());
    if (DamagedTip.isLikely(newest, size)) {
      var left = DamagedTip.find(journey.archive(), newest, size);
      if (left.isPresent()) {
        return damaged(journey, newest, left.get());
      }
    }
    try {
      var tail = journey.tail(newest.timeline(), newest.position());
      var stored = new Stored(newest.timeline(), newest.position(), tail.lastEnd());
      var last = tail.lastCommit() instanceof Edge.Commit read ? read : marked(journey, newest);
      return new Resumption(stored, new SameLog.Known(tail.lastRecord(), last), Optional.empty());
    } catch (Damaged e) {
      var tip = DamagedTip.find(journey.archive(), newest, size).orElseThrow(() -> e);
      return damaged(journey, newest, tip);
    }
  }

  /** Where the tip cannot be read, its newest mark still says where its last record ended. */
  private static Resumption damaged(Journey journey, TimelineInventory newest, DamagedTip tip) {
    var lastEnd =
        mark(journey, newest).map(DurableMark::lastEnd).orElse(tip.slice().from());
    var stored = new Stored(newest.timeline(), newest.position(), lastEnd);
    var known = new SameLog.Known(new LogSpan(lastEnd, lastEnd), marked(journey, newest));
    return new Resumption(stored, known, Optional.of(tip));
  }

  /** The last commit may lie further back than what was read: before a long transaction. */
  private static Edge marked(Journey journey, TimelineInventory newest) {
    return mark(journey, newest).map(DurableMark::lastCommit).orElseGet(Edge.Nothing::new);
  }

  private static Optional<DurableMark> mark(Journey journey, TimelineInventory newest) {
    return journey.archive().marks(journey.filing().claim().id(), newest).newest();
  }
}
