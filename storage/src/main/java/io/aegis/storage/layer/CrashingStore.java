package io.aegis.storage.layer;

import io.aegis.kernel.Milestones;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;

/**
 * Makes every write a milestone, reached before it and after it, so that the kill sweep can end the
 * process at each of them.
 */
public final class CrashingStore extends ForwardingStore {
  private final Milestones milestones;

  public CrashingStore(ObjectStore inner, Milestones milestones) {
    super(inner);
    this.milestones = milestones;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    milestones.reach("store.put.before");
    var outcome = inner.putIfAbsent(key, body);
    milestones.reach("store.put.after");
    return outcome;
  }

  @Override
  public void delete(ObjectKey key) {
    milestones.reach("store.delete.before");
    inner.delete(key);
    milestones.reach("store.delete.after");
  }
}
