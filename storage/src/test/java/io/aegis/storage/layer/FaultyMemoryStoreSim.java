package io.aegis.storage.layer;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.testing.Seeds;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.RetryPolicy;
import io.aegis.storage.Stores;
import io.aegis.storage.testing.FaultPlan;
import io.aegis.storage.testing.FaultyStore;
import io.aegis.storage.testing.ObjectStoreContract;

/** Retries get over an unreliable network: the whole contract holds in spite of it. */
class FaultyMemoryStoreSim extends ObjectStoreContract {
  @Override
  protected ObjectStore emptyStore() {
    var time = new VirtualTime();
    var faulty =
        new FaultyStore(new MemoryStore("test", time), FaultPlan.unreliable(), Seeds.next());
    return Stores.retrying(faulty, RetryPolicy.STANDARD, time, Entropy.secure());
  }
}
