package io.aegis.repository;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A snapshot, complete in itself. Safe for use by many threads. */
public interface SnapshotReader extends AutoCloseable {

  SnapshotSummary summary();

  /** Everything captured, in the order of the paths' bytes; only a page of it is in memory. */
  void files(Consumer<StoredFile> each);

  Optional<StoredFile> file(String path);

  /** Opens a file's content; what is returned belongs to one thread at a time. */
  FileContent open(StoredFile file);

  /**
   * Whether every object this snapshot needs is there and as long as it was written. Costs one
   * listing, reads no content: what a restore asks before it copies anything.
   */
  List<Finding> missing();

  @Override
  void close();
}
