package io.aegis.recovery.journal;

import io.aegis.recovery.Person;

/** What can be known of the processes that lead executions. */
public interface Processes {

  /** This process, about to lead on behalf of {@code person}. */
  Leader here(Person person, String nonce);

  Sign look(Leader leader);

  /** The lead has ended, in whatever way; the process may live on. */
  void ended(Leader leader);

  /** What was seen of a process. */
  enum Sign {
    ALIVE,
    DEAD,
    /** On another machine: only its signs of life in the repository can tell. */
    OUT_OF_SIGHT
  }
}
