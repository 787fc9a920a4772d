package io.aegis.kernel;

import java.security.SecureRandom;

/** The port through which randomness comes in, so that a simulation can seed it. */
@FunctionalInterface
public interface Entropy {

  /** Fills the whole array. */
  void fill(byte[] target);

  default byte[] bytes(int count) {
    var fresh = new byte[count];
    fill(fresh);
    return fresh;
  }

  /** The operating system's generator: the only one keys may ever come from. */
  static Entropy secure() {
    var random = new SecureRandom();
    return random::nextBytes;
  }
}
