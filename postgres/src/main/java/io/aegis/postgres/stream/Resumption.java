package io.aegis.postgres.stream;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.TimelineInventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.stream.Continuity.Stored;
import java.util.Optional;

/** What a stream finds when it goes on. */
sealed interface Resumption {

  Stored stored();

  /**
   * @param known of the end of what is stored
   */
  record Whole(Stored stored, SameLog.Known known) implements Resumption {}

  /**
   * @param tip a slice that must be settled before the stream can go on
   */
  record Torn(Stored stored, DamagedTip tip) implements Resumption {}

  /** Reads all parts only where something was noticed, or where some could not be compacted. */
  static Resumption of(Journey journey, TimelineInventory newest) {
    int size = WalArchive.sliceBytes(journey.inventory().segments());
    if (DamagedTip.isLikely(newest, size)) {
      var left = DamagedTip.find(journey.archive(), newest, size);
      if (left.isPresent()) {
        return torn(journey, newest, left.get());
      }
    }
    try {
      var tail = journey.tail(newest.timeline(), newest.position());
      var stored = new Stored(newest.timeline(), newest.position(), tail.lastEnd());
      return new Whole(
          stored, new SameLog.Known(tail.lastRecord(), lastCommit(tail, journey, newest)));
    } catch (Damaged e) {
      return torn(
          journey, newest, DamagedTip.find(journey.archive(), newest, size).orElseThrow(() -> e));
    }
  }

  /** Where the tip cannot be read, its newest mark still says where its last record ended. */
  private static Torn torn(Journey journey, TimelineInventory newest, DamagedTip tip) {
    var lastEnd =
        mark(journey, newest).map(DurableMark::lastEnd).orElse(tip.slice().from());
    return new Torn(new Stored(newest.timeline(), newest.position(), lastEnd), tip);
  }

  /** Of a mark that says less than the tail has read, too: it is one that was there. */
  private static Edge lastCommit(SliceTail tail, Journey journey, TimelineInventory newest) {
    return tail.lastCommit() instanceof Edge.Commit read
        ? read
        : mark(journey, newest).map(DurableMark::lastCommit).orElseGet(Edge.Nothing::new);
  }

  private static Optional<DurableMark> mark(Journey journey, TimelineInventory newest) {
    return journey.archive().marks(journey.filing().claim().id(), newest).newest();
  }
}
