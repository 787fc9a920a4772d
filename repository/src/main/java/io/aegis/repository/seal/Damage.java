package io.aegis.repository.seal;

import static io.aegis.repository.RepositoryCode.NOT_AUTHENTIC;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.storage.ObjectKey;
import javax.crypto.AEADBadTagException;

/** How an object that is not what was written is reported, wherever it is met. */
public final class Damage {
  private static final String SAFE = "nothing of it was used";
  private static final String NEXT = "aegis repo check --read-data";

  private Damage() {}

  /** {@code fact} completes the sentence "the object …". */
  public static Damaged of(ObjectKey object, String fact) {
    return new Damaged(
        Report.of(NOT_AUTHENTIC, object + " is damaged").why(fact).safe(SAFE).next(NEXT));
  }

  public static Damaged of(ObjectKey object, Exception cause) {
    String fact = cause instanceof AEADBadTagException
        ? "its seal does not fit: it was changed, or is not what was written under this name"
        : cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new Damaged(
        Report.of(NOT_AUTHENTIC, object + " is damaged").why(fact).safe(SAFE).next(NEXT), cause);
  }
}
