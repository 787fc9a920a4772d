package io.aegis.storage.failure;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.storage.Location;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.StorageCode;

/** The failures that every kind of store can meet, phrased once. */
public final class StoreFailures {
  private StoreFailures() {}

  public static Failure.Damaged missing(Location store, ObjectKey key) {
    return new Failure.Damaged(
        Report.of(StorageCode.OBJECT_MISSING, "object " + key + " is missing in " + store)
            .safe("all other objects are as they were; nothing was changed")
            .next("aegis repo check", "look for lifecycle rules or clean-up jobs on " + store));
  }

  /** {@code size} is how long the object really is, in bytes. */
  public static Failure.Damaged truncated(
      Location store, ObjectKey key, long size, long wantedEnd) {
    return new Failure.Damaged(
        Report.of(StorageCode.OBJECT_TRUNCATED, "object " + key + " in " + store + " is too short")
            .why("it ends at byte " + size + ", but must reach to byte " + wantedEnd)
            .safe("the object was left as it is")
            .next("aegis repo check --read-data"));
  }

  public static Failure.Damaged oversized(Location store, ObjectKey key, long size) {
    return new Failure.Damaged(
        Report.of(StorageCode.OBJECT_OVERSIZED, "object " + key + " in " + store + " is too large")
            .why("it has " + new ByteSize(size) + ", the limit is " + ObjectStore.FIND_LIMIT)
            .safe("the object was neither read nor changed")
            .next("aegis repo check", "look at who else may write to " + store));
  }

  /** Marks the thread as interrupted again, so that whoever owns it sees it too. */
  public static Failure.Unavailable interrupted(Location store, String action, Throwable cause) {
    Thread.currentThread().interrupt();
    return new Failure.Unavailable(
        Report.of(StorageCode.REQUEST_INTERRUPTED, action + " in " + store + " was interrupted")
            .safe("an object that was being written is there wholly or not at all")
            .next("repeat the command"),
        cause);
  }
}
