package io.aegis.repository.seal;

import io.aegis.repository.seal.Aead.Place;
import io.aegis.repository.seal.Aead.Slice;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.SecretKeySpec;

/**
 * Gets AES-GCM compiled. Until then it runs at 60 MB/s instead of 8 GB/s, and large calls alone
 * never get it there; twenty thousand small ones do, in 0.3 s of one core. Begun by whatever will
 * move much data, never by a short command.
 */
public final class Warmup {
  private static final int ROUNDS = 20_000;
  private static final int BYTES = 4096;
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private Warmup() {}

  /**
   * Once in a process; returns at once. The thread is its own owner: it touches nothing that
   * anybody else sees, ends by itself, and the process may end before it does.
   */
  public static void begin() {
    if (BEGUN.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("aes warm-up").start(Warmup::run);
    }
  }

  private static void run() {
    var aead = new Aead();
    var key = new SecretKeySpec(new byte[Derivation.KEY_BYTES], "AES");
    var plain = new byte[BYTES];
    var sealed = new byte[BYTES + Aead.TAG_BYTES];
    try {
      for (int round = 0; round < ROUNDS; round++) {
        var place = new Place(key, round, new byte[0]);
        int length = aead.seal(place, Slice.of(plain), sealed, 0);
        aead.open(place, new Slice(sealed, 0, length), plain, 0);
      }
    } catch (AEADBadTagException e) {
      throw new IllegalStateException("what was just sealed must open", e);
    }
  }
}
