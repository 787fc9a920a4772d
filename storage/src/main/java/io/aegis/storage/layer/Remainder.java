package io.aegis.storage.layer;

import io.aegis.kernel.Failure;
import io.aegis.storage.ObjectStat;
import java.util.function.Consumer;

/** Hands on what a listing that was begun again has not handed out before. */
final class Remainder implements Consumer<ObjectStat> {
  private final Consumer<ObjectStat> each;
  private final Backoff backoff;
  private String last = "";

  Remainder(Consumer<ObjectStat> each, Backoff backoff) {
    this.each = each;
    this.backoff = backoff;
  }

  @Override
  public void accept(ObjectStat stat) {
    var name = stat.key().name();
    if (name.compareTo(last) <= 0) {
      return;
    }
    last = name;
    backoff.progressed();
    try {
      each.accept(stat);
    } catch (Failure.Unavailable e) {
      throw new ConsumerFailure(e);
    }
  }

  /** What the receiver of the listing met is its own affair, not a reason to list again. */
  static final class ConsumerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Failure.Unavailable failure;

    ConsumerFailure(Failure.Unavailable failure) {
      super(failure);
      this.failure = failure;
    }

    Failure.Unavailable failure() {
      return failure;
    }
  }
}
