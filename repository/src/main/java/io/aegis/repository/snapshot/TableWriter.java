package io.aegis.repository.snapshot;

import io.aegis.kernel.Digest;
import io.aegis.kernel.Hex;
import io.aegis.repository.StoredFile;
import io.aegis.repository.content.FileMap;
import io.aegis.repository.content.Fragmentation;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.pack.PackStream;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.repository.seal.KeyRing;
import io.aegis.repository.snapshot.Manifest.Page;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;

/**
 * Cuts the sorted lines of a file table into pages and stores those that no earlier snapshot has. A
 * page ends before a path whose keyed hash says so, about every 128 files: so a new file changes
 * the page it is in, and no other.
 */
final class TableWriter {
  private static final int FILES_PER_PAGE = 128;
  private static final int MAX_PAGE = 256 << 10;

  private final PackStream packs;
  private final Map<String, Page> earlier;
  private final SecretKey cutKey;
  private final List<Page> pages = new ArrayList<>();
  private final Fragmentation fragmentation = new Fragmentation();
  private final List<Line> open = new ArrayList<>();
  private final Set<PackId> needed = new HashSet<>();
  private int openBytes;
  private long sourceBytes;

  TableWriter(PackStream packs, KeyRing keys, Map<String, Page> earlier) {
    this.packs = packs;
    this.earlier = earlier;
    this.cutKey = keys.lasting("table cut");
  }

  /** Adds a line; they come in the order of their paths. */
  void add(Line entry) {
    int bytes = entry.path().length + entry.rest().length;
    if (!open.isEmpty() && (endsBefore(entry) || openBytes + bytes > MAX_PAGE)) {
      endPage();
    }
    StoredFile file = entry.file();
    var map = FileMap.decode(file.map());
    needed.addAll(map.packs());
    fragmentation.add(map, file.size());
    sourceBytes += file.size();
    open.add(entry);
    openBytes += bytes;
  }

  private boolean endsBefore(Line entry) {
    var hash = Digest.sha256();
    hash.update(cutKey.getEncoded());
    var digest = hash.digest(entry.path());
    return ((digest[0] & 0xFF) << 8 | digest[1] & 0xFF) % FILES_PER_PAGE == 0;
  }

  private void endPage() {
    var raw = TablePage.encode(open);
    var digest = Digest.sha256().digest(raw);
    var same = earlier.get(Hex.of(digest));
    pages.add(same != null ? same : store(raw, digest));
    open.clear();
    needed.clear();
    openBytes = 0;
  }

  private Page store(byte[] raw, byte[] digest) {
    var frame = packs.append(FrameType.TABLE, Slice.of(raw));
    return new Page(open.getFirst().path(), open.size(), frame, digest, List.copyOf(needed));
  }

  List<Page> finish() {
    if (!open.isEmpty()) {
      endPage();
    }
    return pages;
  }

  Fragmentation fragmentation() {
    return fragmentation;
  }

  /** The sum of the sizes of all files. */
  long sourceBytes() {
    return sourceBytes;
  }
}
