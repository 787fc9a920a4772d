package io.aegis.repository;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.TimeSource;

/** The outside world as a repository meets it, the store apart. */
public record Ports(TimeSource time, Entropy entropy, Milestones milestones) {

  public static Ports system() {
    return new Ports(TimeSource.system(), Entropy.secure(), Milestones.UNWATCHED);
  }
}
