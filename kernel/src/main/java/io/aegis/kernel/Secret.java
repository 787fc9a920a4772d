package io.aegis.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Bytes that must not be seen: cannot be printed, can be destroyed, and are only lent for the
 * length of a call.
 */
public final class Secret implements AutoCloseable {
  private final byte[] bytes;
  private boolean destroyed;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The array belongs to the secret from now on and is wiped with it. */
  public static Secret takeOwnershipOf(byte[] bytes) {
    return new Secret(bytes);
  }

  public static Secret copyOf(byte[] bytes) {
    return new Secret(bytes.clone());
  }

  public static Secret ofText(String text) {
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Lends the bytes; the borrower must neither keep nor change them. */
  public <T> T use(Function<byte[], T> borrower) {
    if (destroyed) {
      throw new IllegalStateException("the secret was destroyed");
    }
    return borrower.apply(bytes);
  }

  @Override
  public void close() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "Secret[hidden]";
  }
}
