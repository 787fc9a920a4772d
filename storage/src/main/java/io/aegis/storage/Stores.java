package io.aegis.storage;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;
import io.aegis.storage.directory.DirectoryStore;
import io.aegis.storage.layer.CountingStore;
import io.aegis.storage.layer.CrashingStore;
import io.aegis.storage.layer.DelayedStore;
import io.aegis.storage.layer.RetryingStore;
import io.aegis.storage.probe.WriterRace;
import io.aegis.storage.s3.S3Store;
import java.nio.file.Path;
import java.time.Duration;

/** Where stores come from, and what can be put around one. */
public final class Stores {
  private Stores() {}

  /**
   * Objects as files below {@code root}, readable by the user of this process only. The directory
   * is made by the first put; until then the store is empty.
   *
   * <p>Several processes and, on a network file system with hard links, several machines may use
   * one directory at once.
   */
  public static ObjectStore directory(Path root) {
    return new DirectoryStore(root);
  }

  /** Objects in an S3 bucket, which must exist. No request is made until the first call. */
  public static ObjectStore s3(S3Settings settings) {
    return new S3Store(settings);
  }

  /** Makes requests again that got no answer: the only layer in all of Aegis that does. */
  public static ObjectStore retrying(
      ObjectStore store, RetryPolicy policy, TimeSource time, Entropy entropy) {
    return new RetryingStore(store, policy, time, entropy);
  }

  /** Adds {@code delay} to every request, as a store far away would. */
  public static ObjectStore delayed(ObjectStore store, Duration delay, TimeSource time) {
    return new DelayedStore(store, delay, time);
  }

  /** Counts into {@code traffic} what passes; outside {@link #retrying}, each request once. */
  public static ObjectStore counting(ObjectStore store, StoreTraffic traffic) {
    return new CountingStore(store, traffic);
  }

  /**
   * Reaches {@code store.put.before}, {@code store.put.after}, {@code store.delete.before} or
   * {@code store.delete.after} around every write.
   */
  public static ObjectStore crashing(ObjectStore store, Milestones milestones) {
    return new CrashingStore(store, milestones);
  }

  /**
   * What the store can really do, found out by two writers racing for objects below {@code probe/},
   * which are deleted afterwards.
   */
  public static Capabilities probe(ObjectStore store, Entropy entropy) {
    return new WriterRace(store, entropy).run();
  }
}
