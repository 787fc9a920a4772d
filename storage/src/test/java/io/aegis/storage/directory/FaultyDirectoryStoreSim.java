package io.aegis.storage.directory;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.testing.Seeds;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.RetryPolicy;
import io.aegis.storage.Stores;
import io.aegis.storage.testing.FaultPlan;
import io.aegis.storage.testing.FaultyStore;
import io.aegis.storage.testing.ObjectStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A directory behind an unreliable network, with retries. */
class FaultyDirectoryStoreSim extends ObjectStoreContract {
  @TempDir
  Path temporary = Path.of("");

  @Override
  protected ObjectStore emptyStore() {
    var faulty = new FaultyStore(Stores.directory(temporary), FaultPlan.unreliable(), Seeds.next());
    return Stores.retrying(faulty, RetryPolicy.STANDARD, new VirtualTime(), Entropy.secure());
  }
}
