package io.aegis.postgres.stream;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Listener;
import io.aegis.postgres.archive.Inventory;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.archive.WalFiling;

/** What one connection's worth of streaming works with. */
record Journey(
    WalStream stream,
    Listener listener,
    WalArchive archive,
    WalFiling filing,
    Inventory inventory) {

  Branch branch(Timeline timeline) {
    return new Branch(filing.claim().id(), timeline);
  }

  /** The slice that is to be filled, as far as it is stored. */
  SliceTail tail(Timeline timeline, Lsn end) {
    return SliceTail.resume(archive, branch(timeline), end);
  }

  void storeHistory(ReplicationLink link, Timeline timeline) {
    link.history(timeline).ifPresent(content -> filing.history(timeline, content));
  }
}
