package io.aegis.repository;

import java.util.List;

/**
 * What is about to be captured.
 *
 * @param component whose snapshot it will be
 * @param bases earlier snapshots, taken or unfinished, whose stored content may be referred to
 *     again; for a file that several hold, the first one wins
 */
public record SnapshotDraft(ComponentName component, List<SnapshotId> bases) {
  public SnapshotDraft {
    bases = List.copyOf(bases);
  }
}
