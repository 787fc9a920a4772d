package io.aegis.repository.testing;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.TimeSource;
import io.aegis.repository.Ports;
import io.aegis.repository.Repositories;
import io.aegis.repository.Repository;
import io.aegis.repository.Unlock;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectStore;

/** A store, the key to the repository in it, and that repository as often as it is opened. */
public record TestRepository(ObjectStore store, Unlock key, Ports ports) {

  /** A new repository in memory. */
  public static TestRepository inMemory() {
    return in(new MemoryStore("test", TimeSource.system()));
  }

  /** A new repository in an empty store. */
  public static TestRepository in(ObjectStore store) {
    var key = new Unlock.KeyFile(Repositories.newKeyFile(Entropy.secure()));
    Repositories.init(store, key, Ports.system()).close();
    return new TestRepository(store, key, Ports.system());
  }

  public Repository open() {
    return Repositories.open(store, key, ports);
  }
}
