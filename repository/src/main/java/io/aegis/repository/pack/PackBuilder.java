package io.aegis.repository.pack;

import io.aegis.kernel.ByteWriter;
import io.aegis.repository.pack.PackFormat.Seal;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.repository.seal.FrameCodec;
import io.aegis.repository.seal.KeyRing;
import io.aegis.storage.Body;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One pack while it is being filled. */
final class PackBuilder {
  private final PackId id;
  private final Seal seal;
  private final FrameCodec codec;
  private final Segments pool;
  private final List<byte[]> segments = new ArrayList<>();
  private final List<ByteBuffer> parts = new ArrayList<>();
  private final ByteWriter directory = new ByteWriter(4096);
  private int frames;
  private int size;
  private int used;

  PackBuilder(PackId id, KeyRing keys, FrameCodec codec, Segments pool) {
    this.id = id;
    this.seal = new Seal(keys, id);
    this.codec = codec;
    this.pool = pool;
    segments.add(pool.take(PackFormat.HEADER_BYTES));
    put(PackFormat.header(id));
  }

  int size() {
    return size;
  }

  /** The directory must fit into one frame. */
  boolean full(int target) {
    return size >= target || directory.size() > FrameType.MAX_RAW / 2;
  }

  FrameRef append(FrameType type, Slice raw) {
    if (raw.length() > FrameType.MAX_RAW) {
      throw new IllegalStateException("a frame of " + raw.length() + " bytes could not be read");
    }
    room(FrameCodec.sealedBound(raw.length()));
    int length = codec.seal(seal.place(type, size), raw, segments.getLast(), used);
    var ref = new FrameRef(id, size, length);
    advance(length);
    directory.u8(type.number()).varint(length);
    frames++;
    return ref;
  }

  /** Appends directory and footer; nothing can follow. */
  Finished finish() {
    int directoryOffset = size;
    var raw = new ByteWriter(directory.size() + 5)
        .varint(frames)
        .raw(directory.toByteArray())
        .toByteArray();
    int length = append(FrameType.DIRECTORY, Slice.of(raw)).length();
    room(PackFormat.FOOTER_BYTES);
    put(PackFormat.footer(directoryOffset, length));
    endSegment();
    return new Finished(id, new Body(parts), List.copyOf(segments), size);
  }

  /** A pack as it will be stored, and the segments to give back when it is. */
  record Finished(PackId id, Body body, List<byte[]> segments, long size) {}

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, segments.getLast(), used, bytes.length);
    advance(bytes.length);
  }

  private void advance(int length) {
    used += length;
    size += length;
  }

  private void room(int needed) {
    if (segments.getLast().length - used < needed) {
      endSegment();
      segments.add(pool.take(needed));
      used = 0;
    }
  }

  private void endSegment() {
    parts.add(ByteBuffer.wrap(segments.getLast(), 0, used));
  }
}
