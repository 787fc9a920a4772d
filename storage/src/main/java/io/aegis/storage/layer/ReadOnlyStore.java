package io.aegis.storage.layer;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StorageCode;

/** Refuses every write: a dry run that would change something fails instead of doing it. */
public final class ReadOnlyStore extends ForwardingStore {
  public ReadOnlyStore(ObjectStore inner) {
    super(inner);
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    throw refusal("storing " + key);
  }

  @Override
  public void delete(ObjectKey key) {
    throw refusal("deleting " + key);
  }

  private Failure.Refused refusal(String action) {
    return new Failure.Refused(
        Report.of(StorageCode.STORE_READ_ONLY, action + " in " + location() + " was held back")
            .why("the store was opened for reading only")
            .next("run the command for real, without --dry-run, if the change is wanted"));
  }
}
