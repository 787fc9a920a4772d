package io.aegis.repository.pack;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.repository.pack.PackFormat.Seal;
import io.aegis.repository.pack.PackFrames.Span;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.repository.seal.Damage;
import io.aegis.repository.seal.FrameCodec;
import io.aegis.repository.seal.KeyRing;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/** Reads whole packs and authenticates every byte of them. For one thread at a time. */
public final class PackVerifier implements AutoCloseable {
  private final ObjectStore store;
  private final KeyRing keys;
  private final FrameCodec codec = new FrameCodec();
  private final byte[] raw = new byte[FrameType.MAX_RAW];

  public PackVerifier(ObjectStore store, KeyRing keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * @throws io.aegis.kernel.Failure.Damaged if it is not a pack of that name, as it was written
   */
  public void verify(ObjectKey name, int size) {
    var pack = store.read(name, 0, size);
    try {
      verify(name, pack);
    } catch (Malformed | AEADBadTagException e) {
      throw Damage.of(name, e);
    }
  }

  private void verify(ObjectKey name, byte[] pack) throws AEADBadTagException {
    var in = new ByteReader(pack);
    in.raw(12);
    int epoch = in.i32();
    var id = new PackId(epoch, in.i64(), in.i64());
    if (!id.key().equals(name)
        || !Arrays.equals(PackFormat.header(id), Arrays.copyOf(pack, PackFormat.HEADER_BYTES))) {
      throw new Malformed("its header is not the one of a pack of this name");
    }
    var seal = new Seal(keys, id);
    var whole = new Span(id, 0, pack);
    var directory = footer(id, pack);
    int offset = PackFormat.HEADER_BYTES;
    var lines =
        new ByteReader(Arrays.copyOf(raw, open(seal, whole, directory, FrameType.DIRECTORY)));
    for (int count = lines.count(Integer.MAX_VALUE); count > 0; count--) {
      var type = FrameType.numbered(lines.u8());
      var frame = new FrameRef(id, offset, lines.count(directory.offset() - offset));
      open(seal, whole, frame, type);
      offset = frame.end();
    }
    lines.end();
    if (offset != directory.offset()) {
      throw new Malformed("its directory does not account for every byte");
    }
  }

  private int open(Seal seal, Span whole, FrameRef frame, FrameType type)
      throws AEADBadTagException {
    var sealed = new Slice(whole.bytes(), frame.offset(), frame.length());
    return codec.open(seal.place(type, frame.offset()), sealed, raw);
  }

  private static FrameRef footer(PackId id, byte[] pack) {
    int at = Math.max(0, pack.length - PackFormat.FOOTER_BYTES);
    var in = new ByteReader(pack, at, pack.length - at);
    var directory = new FrameRef(id, in.i32(), in.i32());
    if (!PackFormat.isFooterMagic(in.i32())
        || directory.offset() < PackFormat.HEADER_BYTES
        || directory.length() < 0
        || (long) directory.offset() + directory.length() != at) {
      throw new Malformed("it does not end in the footer of a pack");
    }
    return directory;
  }

  @Override
  public void close() {
    codec.close();
  }
}
