package io.aegis.repository;

import io.aegis.repository.key.Unlocked;
import io.aegis.repository.snapshot.Sizing;
import io.aegis.repository.testing.TestRepository;

/** Repositories whose packs are full, and whose checkpoints are due, after a few files. */
public final class SmallPacks {
  private static final Sizing SMALL = new Sizing(128 << 10, 64 << 10);

  private SmallPacks() {}

  public static Repository open(TestRepository made) {
    return new SealedRepository(
        made.store(), Unlocked.open(made.store(), made.key()), made.ports(), SMALL);
  }
}
