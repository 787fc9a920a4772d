package io.aegis.repository.content;

import io.aegis.repository.content.ContentWriter.Destination;
import io.aegis.repository.content.FileMap.Bundled;
import io.aegis.repository.content.Fingerprints.Fingerprint;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackStream;
import io.aegis.repository.seal.Aead.Slice;
import java.util.ArrayList;
import java.util.List;

/** Gathers small files in shared frames of 64 KiB. */
final class BundleWriter {
  private final PackStream packs;
  private final byte[] buffer = new byte[Geometry.FRAME];
  private final List<Waiting> waiting = new ArrayList<>();
  private int used;

  private record Waiting(int at, int length, Fingerprint fingerprint, Destination done) {}

  BundleWriter(PackStream packs) {
    this.packs = packs;
  }

  /**
   * Adds a file.
   *
   * @param done told where it is, once its frame is stored
   */
  void add(Slice content, Fingerprint fingerprint, Destination done) {
    if (buffer.length - used < content.length()) {
      flush();
    }
    System.arraycopy(content.bytes(), content.at(), buffer, used, content.length());
    waiting.add(new Waiting(used, content.length(), fingerprint, done));
    used += content.length();
  }

  void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    var frame = packs.append(FrameType.CONTENT, new Slice(buffer, 0, used));
    for (var file : waiting) {
      file.done().is(new Bundled(frame, file.at(), file.fingerprint()), file.length());
    }
    waiting.clear();
    used = 0;
  }
}
