package io.aegis.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The content of an object about to be stored: buffers in memory, read as often as a retry needs.
 * The buffers belong to the store until the call returns; their positions are never changed.
 */
public record Body(List<ByteBuffer> parts) {
  public Body {
    parts = List.copyOf(parts);
  }

  public static Body of(byte[] bytes) {
    return new Body(List.of(ByteBuffer.wrap(bytes)));
  }

  public long size() {
    return parts.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  public byte[] toByteArray() {
    var all = ByteBuffer.allocate(Math.toIntExact(size()));
    parts.forEach(part -> all.put(part.duplicate()));
    return all.array();
  }

  /** Writes every byte to {@code out}. */
  public void transferTo(OutputStream out) {
    try {
      for (var part : parts) {
        if (part.hasArray()) {
          out.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
        } else {
          var copy = new byte[part.remaining()];
          part.duplicate().get(copy);
          out.write(copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
