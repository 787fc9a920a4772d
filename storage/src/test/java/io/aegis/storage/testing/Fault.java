package io.aegis.storage.testing;

/** What a {@link FaultyStore} does to a request, each with its own probability. */
public enum Fault {
  /** Before anything is done: the store asks for fewer requests. */
  THROTTLED,
  /** Before anything is done: no answer. */
  UNAVAILABLE,
  /** A put or delete is carried out, but its answer does not arrive. */
  LOST_ACKNOWLEDGEMENT,
  /** A read finds the object shorter than it is; a find returns a shorter one. */
  TRUNCATED_READ,
  /** One bit of what was read is another one. */
  FLIPPED_READ,
  /** A listing is cut off by a failure after some of its objects. */
  BROKEN_LISTING,
  /** A listing misses what was stored by the last {@value FaultyStore#MEMORY} puts. */
  STALE_LISTING,
  /**
   * An object just created is not seen by the next {@value FaultyStore#BLINDNESS} requests for it.
   * No store may do this; it shows what relies on it.
   */
  DELAYED_VISIBILITY
}
