package io.aegis.repository.content;

import io.aegis.repository.content.DeltaPage.Patch;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackStream;
import io.aegis.repository.seal.Aead.Slice;
import java.util.ArrayList;
import java.util.List;

/** Packs changed pages together, in the order of the file, and lays them over a region. */
final class PatchWriter {
  private final PackStream packs;
  private final byte[] buffer = new byte[Geometry.FRAME];
  private final List<Integer> pages = new ArrayList<>();
  private int used;

  PatchWriter(PackStream packs) {
    this.packs = packs;
  }

  /** Adds a page; one shorter than a page is the last of its region. */
  void add(DeltaPage delta, int page, Slice content) {
    if (used % Geometry.PAGE != 0 || used == buffer.length) {
      flush(delta);
    }
    System.arraycopy(content.bytes(), content.at(), buffer, used, content.length());
    used += content.length();
    pages.add(page);
  }

  void flush(DeltaPage delta) {
    if (used > 0) {
      var frame = packs.append(FrameType.CONTENT, new Slice(buffer, 0, used));
      delta.add(new Patch(frame, pages.size()), pages);
      used = 0;
      pages.clear();
    }
  }
}
