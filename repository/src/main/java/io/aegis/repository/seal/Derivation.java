package io.aegis.repository.seal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** HKDF-SHA256 (RFC 5869), the only way in which one key comes from another. */
public final class Derivation {
  public static final int KEY_BYTES = 32;
  public static final int SALT_BYTES = 32;

  private Derivation() {}

  /**
   * The AES-256 key for one purpose.
   *
   * @param secret 32 bytes or more that nobody else has
   * @param salt fresh for everything that is sealed, so that no key is ever used twice
   * @param purpose what the key is for; different purposes give unrelated keys
   */
  public static SecretKey derive(byte[] secret, byte[] salt, String purpose) {
    try {
      var parameters = HKDFParameterSpec.ofExtract()
          .addIKM(secret)
          .addSalt(salt)
          .thenExpand(("aegis/1 " + purpose).getBytes(StandardCharsets.US_ASCII), KEY_BYTES);
      return new SecretKeySpec(KDF.getInstance("HKDF-SHA256").deriveData(parameters), "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime since 25 offers HKDF-SHA256", e);
    }
  }
}
