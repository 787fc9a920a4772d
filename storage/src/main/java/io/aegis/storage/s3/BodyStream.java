package io.aegis.storage.s3;

import io.aegis.storage.Body;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** A body as the HTTP client wants it, read straight from its buffers. */
final class BodyStream extends InputStream {
  private final Iterator<ByteBuffer> parts;
  private ByteBuffer current = ByteBuffer.allocate(0);

  BodyStream(Body body) {
    this.parts = body.parts().iterator();
  }

  @Override
  public int read() {
    return isAtEnd() ? -1 : current.get() & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    if (isAtEnd()) {
      return -1;
    }
    int count = Math.min(length, current.remaining());
    current.get(target, offset, count);
    return count;
  }

  private boolean isAtEnd() {
    while (!current.hasRemaining()) {
      if (!parts.hasNext()) {
        return true;
      }
      current = parts.next().duplicate();
    }
    return false;
  }
}
