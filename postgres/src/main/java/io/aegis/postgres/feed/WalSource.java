package io.aegis.postgres.feed;

import java.io.IOException;
import java.io.OutputStream;

/** Where the log of one way through the history is had. Called from several threads at once. */
public interface WalSource {

  /** What became of a request. */
  enum Answer {
    /** The file was written, whole. */
    FOUND,
    /** It is known, not merely assumed, that this history has no such file. */
    PROVED_ABSENT
  }

  /**
   * Writes the file to {@code into}; a segment as long as segments are, the unwritten rest of the
   * last one as zeros.
   *
   * @throws IOException only if {@code into} does
   * @throws io.aegis.kernel.Failure.Unavailable if it cannot be had now; it is asked for again
   * @throws io.aegis.kernel.Failure.Damaged if it cannot be had any more
   */
  Answer fetch(WalFileName name, OutputStream into) throws IOException;
}
