package io.aegis.kernel;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can go wrong without being a bug, in three kinds because there are three
 * reactions: the caller acts ({@link Refused}), trying again may help ({@link Unavailable}), or
 * something must be preserved and repaired ({@link Damaged}). A bug is none of them: it is an
 * ordinary {@link RuntimeException} and crashes loudly.
 */
public abstract sealed class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Report report;

  private Failure(Report report, @Nullable Throwable cause) {
    super(report.headline(), cause);
    this.report = Objects.requireNonNull(report, "report");
  }

  public final Report report() {
    return report;
  }

  public final FailureCode code() {
    return report.code();
  }

  /** The request cannot be served as it stands; the one who asked has to change something. */
  public static final class Refused extends Failure {
    private static final long serialVersionUID = 1L;

    public Refused(Report report) {
      super(report, null);
    }

    public Refused(Report report, Throwable cause) {
      super(report, cause);
    }
  }

  /** Something needed did not answer; the same request may succeed later. */
  public static final class Unavailable extends Failure {
    private static final long serialVersionUID = 1L;

    public Unavailable(Report report) {
      super(report, null);
    }

    public Unavailable(Report report, Throwable cause) {
      super(report, cause);
    }
  }

  /** Stored data is missing or is not what was written: stop, preserve, repair. */
  public static final class Damaged extends Failure {
    private static final long serialVersionUID = 1L;

    public Damaged(Report report) {
      super(report, null);
    }

    public Damaged(Report report, Throwable cause) {
      super(report, cause);
    }
  }
}
