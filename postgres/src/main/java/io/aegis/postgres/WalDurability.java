package io.aegis.postgres;

/**
 * The promise a snapshot rests on: that the log written while it was taken is in the repository.
 * Kept by the stream that runs beside it, or, where none runs, by one that lasts as long as the
 * snapshot.
 */
public interface WalDurability {

  /**
   * Makes sure that from now on no log is lost to the repository. Called before the starting
   * checkpoint, so that not even its first record can be missed.
   */
  Watch begin();

  /** Lasts as long as one snapshot is being taken. */
  interface Watch extends AutoCloseable {

    /**
     * Waits until all log of {@code timeline} from {@code from} to {@code to} is durable in the
     * repository, without a gap.
     *
     * @throws io.aegis.kernel.Failure.Unavailable if that does not come true, with the position
     *     reached and the reason
     */
    void await(Timeline timeline, Lsn from, Lsn to) throws InterruptedException;

    /**
     * Whether all log of {@code timeline} from {@code from} to {@code to} is in the repository now,
     * without a gap. Only then is it known that what the server is at {@code to} came of what it
     * was at {@code from}: behind a gap it may have been set back to an earlier state.
     */
    boolean isUnbroken(Timeline timeline, Lsn from, Lsn to);

    @Override
    void close();
  }
}
