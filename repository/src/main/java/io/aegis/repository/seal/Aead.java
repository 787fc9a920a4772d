package io.aegis.repository.seal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM (NIST SP 800-38D) with a counter as nonce: four zero bytes, then the counter,
 * big-endian. Each key is used for one object only and each place in it has its own counter, so no
 * nonce repeats under a key. For one thread at a time.
 */
public final class Aead {
  public static final int TAG_BYTES = 16;

  private final Cipher cipher;

  public Aead() {
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime must offer AES-GCM", e);
    }
  }

  /** A stretch of an array. */
  public record Slice(byte[] bytes, int at, int length) {
    public static Slice of(byte[] bytes) {
      return new Slice(bytes, 0, bytes.length);
    }
  }

  /** Seals {@code plain} into {@code out} and returns how long it is: 16 bytes more. */
  public int seal(Place place, Slice plain, byte[] out, int at) {
    try {
      begin(Cipher.ENCRYPT_MODE, place);
      return cipher.doFinal(plain.bytes(), plain.at(), plain.length(), out, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing cannot fail", e);
    }
  }

  /**
   * Opens what {@link #seal} made for the same place; writes nothing that anybody may use unless it
   * is authentic.
   *
   * @throws AEADBadTagException if it was not sealed with this key for this place, or was changed
   */
  public int open(Place place, Slice sealed, byte[] out, int at) throws AEADBadTagException {
    if (sealed.length() < TAG_BYTES) {
      throw new AEADBadTagException("shorter than a tag");
    }
    try {
      begin(Cipher.DECRYPT_MODE, place);
      return cipher.doFinal(sealed.bytes(), sealed.at(), sealed.length(), out, at);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening fails only by its tag", e);
    }
  }

  private void begin(int mode, Place place) throws GeneralSecurityException {
    var nonce = ByteBuffer.allocate(12).putLong(4, place.counter()).array();
    cipher.init(mode, place.key(), new GCMParameterSpec(TAG_BYTES * 8, nonce));
    cipher.updateAAD(place.associated());
  }

  /**
   * Where something is sealed.
   *
   * @param counter never the same twice under one key
   * @param associated what is authenticated without being stored: everything that says where the
   *     bytes belong
   */
  public record Place(Key key, long counter, byte[] associated) {}
}
