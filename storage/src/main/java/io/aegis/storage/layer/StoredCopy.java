package io.aegis.storage.layer;

import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import java.nio.ByteBuffer;

/** Whether a stored object is a copy of a body, found out in slices. */
final class StoredCopy {
  private static final int SLICE = 8 << 20;

  private StoredCopy() {}

  static boolean isSame(ObjectStore store, ObjectKey key, Body body) {
    var stat = store.stat(key);
    if (stat.isEmpty() || stat.get().size() != body.size()) {
      return false;
    }
    long offset = 0;
    for (var part : body.parts()) {
      for (int from = 0; from < part.remaining(); from += SLICE) {
        int length = Math.min(SLICE, part.remaining() - from);
        var stored = ByteBuffer.wrap(store.read(key, offset + from, length));
        if (!stored.equals(part.slice(part.position() + from, length))) {
          return false;
        }
      }
      offset += part.remaining();
    }
    return true;
  }
}
