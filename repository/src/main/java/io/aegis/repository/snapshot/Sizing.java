package io.aegis.repository.snapshot;

/**
 * How large the pieces are that a snapshot is stored in; both can differ between writers.
 *
 * @param packBytes how full a pack is when it is stored: large enough for a store's throughput,
 *     small enough to hold several in memory
 * @param checkpointBytes what finished files may have stored that are in no checkpoint; beside
 *     them an interruption costs the files that were not finished
 */
public record Sizing(int packBytes, long checkpointBytes) {
  public static final Sizing STANDARD = new Sizing(16 << 20, 128L << 20);
}
