package io.aegis.recovery.journal;

import io.aegis.recovery.Person;

/**
 * The process that leads an execution.
 *
 * @param person on whose behalf
 * @param machine which machine, and which of its starts
 * @param pid the process there
 * @param begun when that process was started, since numbers of processes are used again
 * @param nonce random: no two leads are equal
 */
public record Leader(Person person, String machine, long pid, Start begun, String nonce) {

  /** For people: {@code os:alice@db-1, process 4711}. */
  public String words() {
    return person.account() + ", process " + pid + " on " + machine;
  }
}
