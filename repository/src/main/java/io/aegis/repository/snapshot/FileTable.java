package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.repository.StoredFile;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackFrames;
import io.aegis.repository.seal.Damage;
import io.aegis.repository.snapshot.Manifest.Page;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files of a snapshot, page by page. Keeps the last {@value #PAGES_KEPT} pages it looked
 * something up in. Safe for use by many threads.
 */
final class FileTable implements AutoCloseable {
  private static final int PAGES_KEPT = 32;

  private final List<Page> pages;
  private final PackFrames frames;
  private final Map<FrameRef, List<Line>> kept = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<FrameRef, List<Line>> eldest) {
      return size() > PAGES_KEPT;
    }
  };

  FileTable(List<Page> pages, PackFrames frames) {
    this.pages = pages;
    this.frames = frames;
  }

  void forEach(Consumer<StoredFile> each) {
    for (var page : pages) {
      for (var entry : read(page)) {
        each.accept(file(page, entry));
      }
    }
  }

  synchronized Optional<StoredFile> find(String path) {
    var wanted = path.getBytes(StandardCharsets.UTF_8);
    int index = lastPageNotAfter(wanted);
    if (index < 0) {
      return Optional.empty();
    }
    var page = pages.get(index);
    var entries = kept.get(page.frame());
    if (entries == null) {
      entries = read(page);
      kept.put(page.frame(), entries);
    }
    return entries.stream()
        .filter(entry -> Arrays.equals(entry.path(), wanted))
        .findFirst()
        .map(entry -> file(page, entry));
  }

  private int lastPageNotAfter(byte[] path) {
    int low = 0;
    int high = pages.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(pages.get(middle).first(), path) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private synchronized List<Line> read(Page page) {
    try {
      return TablePage.decode(frames.read(page.frame(), FrameType.TABLE));
    } catch (Malformed e) {
      throw Damage.of(page.frame().pack().key(), e);
    }
  }

  private static StoredFile file(Page page, Line entry) {
    try {
      return entry.file();
    } catch (Malformed e) {
      throw Damage.of(page.frame().pack().key(), e);
    }
  }

  @Override
  public synchronized void close() {
    frames.close();
  }
}
