package io.aegis.postgres.archive;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.storage.ObjectKey;

/** One object that holds bytes of the log, all of one segment. */
public record Piece(Kind kind, Timeline timeline, LogSpan span, ObjectKey key) {

  /** Whether it was written as the bytes arrived, or afterwards. */
  public enum Kind {
    PART,
    SLICE
  }

  Lsn from() {
    return span.from();
  }

  Lsn to() {
    return span.to();
  }
}
