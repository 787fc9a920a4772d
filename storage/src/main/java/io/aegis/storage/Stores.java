package io.aegis.storage;

import io.aegis.storage.directory.DirectoryStore;
import java.nio.file.Path;

/** Where stores come from, and what can be put around one. */
public final class Stores {
  private Stores() {}

  /**
   * Objects as files below {@code root}, readable by the user of this process only. The directory is
   * made by the first put; until then the store is empty.
   *
   * <p>Several processes and, on a network file system with hard links, several machines may use one
   * directory at once.
   */
  public static ObjectStore directory(Path root) {
    return new DirectoryStore(root);
  }
}
