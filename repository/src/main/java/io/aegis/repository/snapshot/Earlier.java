package io.aegis.repository.snapshot;

import io.aegis.repository.StoredFile;
import io.aegis.repository.content.Fragmentation;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.snapshot.Manifest.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a new snapshot may refer to: one that was taken, or the remains of one that was not. */
sealed interface Earlier extends AutoCloseable permits StoredSnapshot, Remains {

  Optional<StoredFile> file(String path);

  /** The packs it names, with their sizes. */
  Map<PackId, Long> packs();

  /** The pages of its file table; an attempt has none. */
  List<Page> pages();

  /** How fragmented it is, as far as that is known. */
  Fragmentation fragmentation();

  @Override
  void close();
}
