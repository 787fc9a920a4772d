package io.aegis.storage;

import io.aegis.storage.directory.DirectoryStore;
import io.aegis.storage.s3.S3Store;
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

  /** Objects in an S3 bucket, which must exist. No request is made until the first call. */
  public static ObjectStore s3(S3Settings settings) {
    return new S3Store(settings);
  }
}
