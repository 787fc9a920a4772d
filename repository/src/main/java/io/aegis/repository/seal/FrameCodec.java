package io.aegis.repository.seal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.repository.seal.Aead.Place;
import io.aegis.repository.seal.Aead.Slice;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Compresses and seals one frame at a time. The plaintext of a seal is one byte, 0 for stored or 1
 * for zstd (RFC 8878), and then the content in that form: so the choice is authenticated too. For
 * one thread at a time; holds native memory until closed.
 */
public final class FrameCodec implements AutoCloseable {
  private static final int STORED = 0;
  private static final int ZSTD = 1;

  private final Aead aead = new Aead();
  private final Compression compression;
  private @Nullable ZstdDecompressCtx expander;
  private @Nullable ZstdCompressCtx compressor;
  private byte[] scratch = new byte[0];

  /** For reading: what was sealed opens whatever it was compressed with. */
  public FrameCodec() {
    this(Compression.RECORDS);
  }

  public FrameCodec(Compression compression) {
    this.compression = compression;
  }

  /** The most that sealing {@code raw} bytes can take: what does not compress is stored. */
  public static int sealedBound(int raw) {
    return 1 + raw + Aead.TAG_BYTES;
  }

  /** Seals a frame into {@code out} and returns its sealed length. */
  public int seal(Place place, Slice raw, byte[] out, int at) {
    int bound = Math.toIntExact(Zstd.compressBound(raw.length()));
    room(1 + Math.max(bound, raw.length()));
    int packed =
        compressor().compressByteArray(scratch, 1, bound, raw.bytes(), raw.at(), raw.length());
    if (packed < raw.length() - raw.length() / 32) {
      scratch[0] = ZSTD;
    } else {
      scratch[0] = STORED;
      packed = raw.length();
      System.arraycopy(raw.bytes(), raw.at(), scratch, 1, packed);
    }
    return aead.seal(place, new Slice(scratch, 0, 1 + packed), out, at);
  }

  /**
   * Opens a frame into {@code target} from its first byte on and returns the length of its content.
   *
   * @throws AEADBadTagException if it is not authentic
   * @throws Malformed if it is authentic and yet not a frame that fits into {@code target}
   */
  public int open(Place place, Slice sealed, byte[] target) throws AEADBadTagException {
    int length = unseal(place, sealed);
    return switch (scratch[0]) {
      case STORED -> stored(length, target);
      case ZSTD -> expand(length, target);
      default -> throw unknown();
    };
  }

  /**
   * Opens a frame of unknown length into an array that is as long as its content.
   *
   * @param most how long the content may be
   * @throws AEADBadTagException if it is not authentic
   * @throws Malformed if it is authentic and yet not a frame of at most that length
   */
  public byte[] open(Place place, Slice sealed, int most) throws AEADBadTagException {
    int length = unseal(place, sealed);
    long content = switch (scratch[0]) {
      case STORED -> length;
      case ZSTD -> Zstd.getFrameContentSize(scratch, 1, length);
      default -> throw unknown();
    };
    if (content < 0 || content > most) {
      throw new Malformed("a frame of " + content + " bytes where " + most + " may be");
    }
    var target = new byte[(int) content];
    int filled = scratch[0] == STORED ? stored(length, target) : expand(length, target);
    if (filled != target.length) {
      throw new Malformed("a frame of " + filled + " bytes that promised " + target.length);
    }
    return target;
  }

  /** Opens into {@link #scratch} and returns the length of what follows its first byte. */
  private int unseal(Place place, Slice sealed) throws AEADBadTagException {
    room(sealed.length());
    int length = aead.open(place, sealed, scratch, 0) - 1;
    if (length < 0) {
      throw new Malformed("a frame without its first byte");
    }
    return length;
  }

  private Malformed unknown() {
    return new Malformed("a frame of unknown compression " + scratch[0]);
  }

  private int stored(int length, byte[] target) {
    if (length > target.length) {
      throw new Malformed("a frame of " + length + " bytes where " + target.length + " fit");
    }
    System.arraycopy(scratch, 1, target, 0, length);
    return length;
  }

  private int expand(int length, byte[] target) {
    try {
      return expander().decompressByteArray(target, 0, target.length, scratch, 1, length);
    } catch (ZstdException e) {
      throw new Malformed("a frame that does not expand: " + e.getMessage());
    }
  }

  private ZstdDecompressCtx expander() {
    if (expander == null) {
      expander = new ZstdDecompressCtx();
    }
    return expander;
  }

  private ZstdCompressCtx compressor() {
    if (compressor == null) {
      compressor = new ZstdCompressCtx()
          .setLevel(compression.level())
          .setMinMatch(compression.minMatch())
          .setHashLog(compression.hashLog())
          .setChecksum(false)
          .setContentSize(true);
    }
    return compressor;
  }

  private void room(int needed) {
    if (scratch.length < needed) {
      scratch = new byte[needed];
    }
  }

  @Override
  public void close() {
    if (expander != null) {
      expander.close();
    }
    if (compressor != null) {
      compressor.close();
    }
  }
}
