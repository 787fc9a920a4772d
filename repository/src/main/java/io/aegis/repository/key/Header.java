package io.aegis.repository.key;

import static io.aegis.repository.RepositoryCode.FORMAT_TOO_NEW;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Hex;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import io.aegis.repository.RepositoryId;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.seal.Aead;
import io.aegis.repository.seal.Compression;
import io.aegis.repository.seal.Damage;
import io.aegis.repository.seal.Derivation;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * The object that makes a place a repository: {@code docs/format/header.md}. Written once, last of
 * all that {@code init} writes.
 *
 * <pre>
 * header = "AEGR" version:u16 repository:16 level:u8 min-match:u8 hash-log:u8 zstd:text salt:32
 * epoch1:48
 * </pre>
 *
 * <p>The first epoch's key is sealed under the master key, and everything before it is
 * authenticated with it.
 */
public record Header(RepositoryId repository, Parameters parameters, byte[] head, byte[] epoch) {
  private static final int MAGIC = 0x41454752; // AEGR
  private static final int VERSION = 1;
  private static final int ID_BYTES = 16;
  private static final int SEALED_KEY_BYTES = Derivation.KEY_BYTES + Aead.TAG_BYTES;
  private static final String PURPOSE = "epoch 1";

  /**
   * What every writer must do alike.
   *
   * @param compression how the frames of packs are compressed
   * @param zstdVersion the zstd it was chosen with, for the record
   */
  public record Parameters(Compression compression, String zstdVersion) {}

  /** The header of a new repository, with a new first epoch. */
  static Header create(Secret master, Parameters parameters, Entropy entropy) {
    var id = entropy.bytes(ID_BYTES);
    var salt = entropy.bytes(Derivation.SALT_BYTES);
    var head = new ByteWriter().i32(MAGIC).u16(VERSION).raw(id);
    parameters.compression().write(head);
    head.text(parameters.zstdVersion()).raw(salt);
    var place = place(master, head.toByteArray());
    var sealed = new byte[SEALED_KEY_BYTES];
    var key = entropy.bytes(Derivation.KEY_BYTES);
    new Aead().seal(place, Aead.Slice.of(key), sealed, 0);
    Arrays.fill(key, (byte) 0);
    return new Header(new RepositoryId(Hex.of(id)), parameters, head.toByteArray(), sealed);
  }

  byte[] encode() {
    return new ByteWriter().raw(head).raw(epoch).toByteArray();
  }

  /**
   * @throws Malformed if this is no header
   * @throws Refused if it is one of a later format
   */
  static Header decode(byte[] object) {
    var in = new ByteReader(object);
    if (in.i32() != MAGIC) {
      throw new Malformed("it does not begin with AEGR");
    }
    int version = in.u16();
    if (version > VERSION) {
      throw new Refused(Report.of(FORMAT_TOO_NEW, "the repository has format " + version)
          .why("this Aegis reads format " + VERSION)
          .next("use the newer Aegis that wrote it", "aegis version"));
    }
    var id = new RepositoryId(Hex.of(in.raw(ID_BYTES)));
    var parameters = new Parameters(Compression.read(in), in.text());
    in.raw(Derivation.SALT_BYTES);
    var head = Arrays.copyOf(object, in.position());
    var epoch = in.raw(SEALED_KEY_BYTES);
    in.end();
    return new Header(id, parameters, head, epoch);
  }

  /**
   * @throws io.aegis.kernel.Failure.Damaged if the header is not what was written with this master
   *     key
   */
  Secret openEpoch(Secret master) {
    var key = new byte[Derivation.KEY_BYTES];
    try {
      new Aead().open(place(master, head), Aead.Slice.of(epoch), key, 0);
      return Secret.takeOwnershipOf(key);
    } catch (AEADBadTagException e) {
      throw Damage.of(Layout.HEADER, e);
    }
  }

  private static Aead.Place place(Secret master, byte[] head) {
    var salt = Arrays.copyOfRange(head, head.length - Derivation.SALT_BYTES, head.length);
    var key = master.use(bytes -> Derivation.derive(bytes, salt, PURPOSE));
    return new Aead.Place(key, 0, head);
  }
}
