package io.aegis.repository.pack;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.repository.pack.PackFormat.Seal;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.repository.seal.Damage;
import io.aegis.repository.seal.FrameCodec;
import io.aegis.repository.seal.KeyRing;
import io.aegis.storage.ObjectStore;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.AEADBadTagException;

/** Reads frames: one ranged read each, or many out of one range. For one thread at a time. */
public final class PackFrames implements AutoCloseable {
  private static final int KEYS_KEPT = 256;

  private final ObjectStore store;
  private final KeyRing keys;
  private final FrameCodec codec = new FrameCodec();
  private byte[] scratch = new byte[0];
  private final Map<PackId, Seal> seals = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<PackId, Seal> eldest) {
      return size() > KEYS_KEPT;
    }
  };

  public PackFrames(ObjectStore store, KeyRing keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * Sealed bytes of a pack as they came from the store.
   *
   * @param from the offset of the first of them in the pack
   */
  public record Span(PackId pack, int from, byte[] bytes) {
    public boolean holds(FrameRef frame) {
      return frame.pack().equals(pack) && frame.offset() >= from && frame.end() <= end();
    }

    public int end() {
      return from + bytes.length;
    }
  }

  public Span fetch(PackId pack, int from, int length) {
    return new Span(pack, from, store.read(pack.key(), from, length));
  }

  /**
   * Opens one frame of a span into {@code target} and returns the length of its content.
   *
   * @throws io.aegis.kernel.Failure.Damaged if it is not authentic
   */
  public int open(Span span, FrameRef frame, FrameType type, byte[] target) {
    try {
      var place =
          seals.computeIfAbsent(frame.pack(), id -> new Seal(keys, id)).place(type, frame.offset());
      var sealed = new Slice(span.bytes(), frame.offset() - span.from(), frame.length());
      return codec.open(place, sealed, target);
    } catch (AEADBadTagException | Malformed e) {
      throw Damage.of(frame.pack().key(), e);
    }
  }

  /** The content of one frame, as long as it is. */
  public byte[] read(FrameRef frame, FrameType type) {
    if (scratch.length == 0) {
      scratch = new byte[FrameType.MAX_RAW];
    }
    var span = fetch(frame.pack(), frame.offset(), frame.length());
    return Arrays.copyOf(scratch, open(span, frame, type, scratch));
  }

  @Override
  public void close() {
    codec.close();
  }
}
