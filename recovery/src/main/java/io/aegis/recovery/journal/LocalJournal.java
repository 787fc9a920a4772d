package io.aegis.recovery.journal;

import java.util.List;

/** Where entries stay, on this machine, that the repository could not take yet. */
public interface LocalJournal {

  /**
   * Durable on return, after those kept before.
   *
   * @throws io.aegis.kernel.Failure.Unavailable if this machine cannot keep it either
   */
  void keep(Entry entry);

  /** What was kept, oldest first, and not yet forgotten. */
  List<Entry> kept();

  /** The repository has them all. */
  void forget();

  /** Another leader has gone on without them: they are kept for people, and never pushed. */
  void setAside();
}
