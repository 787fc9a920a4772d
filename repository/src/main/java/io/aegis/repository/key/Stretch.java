package io.aegis.repository.key;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Secret;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106), which makes guessing a passphrase expensive.
 *
 * @param memoryKib what one guess needs, 8 to 1,048,576 KiB
 * @param passes how often it goes over that memory, 1 to 64
 */
record Stretch(int memoryKib, int passes, byte[] salt) {
  private static final int SALT_BYTES = 16;
  private static final int MAX_MEMORY_KIB = 1 << 20;
  private static final int MAX_PASSES = 64;

  Stretch {
    // A slot is read before it is authentic: it must not be able to ask for any memory it likes.
    if (memoryKib < 8 || memoryKib > MAX_MEMORY_KIB || passes < 1 || passes > MAX_PASSES) {
      throw new Malformed("Argon2 of " + memoryKib + " KiB and " + passes + " passes");
    }
  }

  /** 64 MiB, three passes: the second recommendation of RFC 9106, about 0.4 s of one core. */
  static Stretch standard(Entropy entropy) {
    return new Stretch(64 << 10, 3, entropy.bytes(SALT_BYTES));
  }

  static Stretch read(ByteReader in) {
    return new Stretch(in.i32(), in.i32(), in.raw(SALT_BYTES));
  }

  void write(ByteWriter out) {
    out.i32(memoryKib).i32(passes).raw(salt);
  }

  Secret apply(Secret passphrase) {
    var generator = new Argon2BytesGenerator();
    generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
        .withMemoryAsKB(memoryKib)
        .withIterations(passes)
        .withParallelism(1)
        .withSalt(salt)
        .build());
    var stretched = new byte[32];
    passphrase.use(bytes -> generator.generateBytes(bytes, stretched));
    return Secret.takeOwnershipOf(stretched);
  }
}
