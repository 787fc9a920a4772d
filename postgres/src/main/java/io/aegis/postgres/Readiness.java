package io.aegis.postgres;

/**
 * One thing that protecting a database depends on, and how it stands.
 *
 * @param level what it means
 * @param subject the setting, privilege or place concerned
 * @param finding the fact
 * @param remedy what to type or to do; empty if nothing needs doing
 */
public record Readiness(Level level, String subject, String finding, String remedy) {

  /** Ordered by how bad it is. */
  public enum Level {
    /** As it should be. */
    READY,
    /** Works, but something is slower, or less safe, than it could be. */
    ADVICE,
    /** A snapshot or the stream of the log cannot work. */
    BLOCKING
  }
}
