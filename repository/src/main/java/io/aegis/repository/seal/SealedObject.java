package io.aegis.repository.seal;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.repository.seal.Aead.Place;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.storage.ObjectKey;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * Small objects sealed as a whole: {@code docs/format/record.md}.
 *
 * <pre>
 * object = "AEGS" version:u8 kind:u8 epoch:i32 salt:32 frame+
 * frame  = length:i32 (top bit: the last one) ciphertext tag:16
 * </pre>
 *
 * <p>Invariants: a fresh salt, hence a fresh key, for every attempt to write; every frame is bound
 * to repository, name, kind, its number and whether it is the last, so that no cut, swap or
 * replacement opens; nothing is returned before all of it is authentic. Safe for many threads.
 */
public final class SealedObject {
  /** The largest content, so that a length in a damaged object cannot ask for more memory. */
  public static final int MAX_CONTENT = 32 << 20;

  private static final int MAGIC = 0x41454753; // AEGS
  private static final int VERSION = 1;
  private static final int FRAME = 1 << 20;
  private static final int HEAD = 42;
  private static final int LAST = 1 << 31;

  private final KeyRing keys;
  private final Entropy entropy;

  public SealedObject(KeyRing keys, Entropy entropy) {
    this.keys = keys;
    this.entropy = entropy;
  }

  /** What a sealed object is; one kind is never accepted as another. The numbers are the format. */
  public enum Kind {
    RECORD(1),
    REGISTER_ENTRY(2),
    SNAPSHOT(3),
    MANIFEST(4),
    SESSION(5);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    String purpose() {
      return "object " + number;
    }
  }

  public byte[] seal(Kind kind, ObjectKey name, byte[] content) {
    if (content.length > MAX_CONTENT) {
      throw new IllegalArgumentException(name + " would hold " + content.length + " bytes");
    }
    var salt = entropy.bytes(Derivation.SALT_BYTES);
    int epoch = keys.newestEpoch();
    var out = new ByteWriter(HEAD + content.length / 2);
    out.i32(MAGIC).u8(VERSION).u8(kind.number).i32(epoch).raw(salt);
    var key = keys.derive(epoch, salt, kind.purpose());
    var sealed = new byte[FrameCodec.sealedBound(Math.min(FRAME, content.length))];
    try (var codec = new FrameCodec()) {
      int at = 0;
      for (int frame = 0; frame == 0 || at < content.length; frame++) {
        int length = Math.min(FRAME, content.length - at);
        int last = at + length == content.length ? LAST : 0;
        int size = codec.seal(
            place(key, kind, name, frame | last), new Slice(content, at, length), sealed, 0);
        out.i32(size | last).raw(sealed, 0, size);
        at += length;
      }
    }
    return out.toByteArray();
  }

  /**
   * The content of a sealed object.
   *
   * @throws Damaged if it is not authentic, or not of this kind or name
   */
  public byte[] open(Kind kind, ObjectKey name, byte[] object) {
    try {
      return open(kind, name, new ByteReader(object));
    } catch (Malformed | AEADBadTagException e) {
      throw Damage.of(name, e);
    }
  }

  private byte[] open(Kind kind, ObjectKey name, ByteReader in) throws AEADBadTagException {
    if (in.i32() != MAGIC || in.u8() != VERSION) {
      throw new Malformed("it is not a sealed object of version " + VERSION);
    }
    if (in.u8() != kind.number) {
      throw new Malformed("it is not a " + kind);
    }
    int epoch = in.i32();
    var key = keys.derive(epoch, in.raw(Derivation.SALT_BYTES), kind.purpose());
    var content = new ByteWriter(in.remaining() * 2);
    int last = 0;
    try (var codec = new FrameCodec()) {
      for (int frame = 0; last == 0; frame++) {
        int word = in.i32();
        last = word & LAST;
        var sealed = in.raw(word & ~LAST);
        var opened = codec.open(place(key, kind, name, frame | last), Slice.of(sealed), FRAME);
        if (content.size() + opened.length > MAX_CONTENT) {
          throw new Malformed("it holds more than " + MAX_CONTENT + " bytes");
        }
        content.raw(opened);
      }
    }
    in.end();
    return content.toByteArray();
  }

  private Place place(SecretKey key, Kind kind, ObjectKey name, int frame) {
    var associated = new ByteWriter()
        .raw(keys.repositoryBytes())
        .u8(kind.number)
        .text(name.name())
        .i32(frame)
        .toByteArray();
    return new Place(key, frame & ~LAST, associated);
  }
}
