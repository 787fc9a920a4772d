package io.aegis.kernel;

/**
 * Told when a numbered point of a durable operation has been reached. In production nobody
 * listens; the kill sweep ends the process here, which is how "may be killed at any instant" is
 * tested at every point instead of at lucky ones.
 */
@FunctionalInterface
public interface Milestones {
  Milestones UNWATCHED = name -> {};

  /** {@code name} is stable and says what has just become true: {@code restore.control-written}. */
  void reach(String name);
}
