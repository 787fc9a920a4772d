package io.aegis.repository;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Progress;
import io.aegis.storage.Location;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An unlocked repository. Readers need no lock; any number of processes may write at once, since
 * nothing is ever overwritten. Safe for use by many threads.
 *
 * <p>Whatever is read is authenticated first; what is not what was written is a {@link
 * io.aegis.kernel.Failure.Damaged} that names the object, and not one byte of it is handed out.
 */
public interface Repository extends AutoCloseable {

  RepositoryId id();

  Location location();

  Records records();

  Register register();

  Keys keys();

  /** Begins a snapshot; nothing of it is visible to readers until it is committed. */
  SnapshotWriter begin(SnapshotDraft draft);

  /** The newest attempt of this component that never committed and can still be continued from. */
  Optional<SnapshotId> unfinished(ComponentName component);

  /**
   * The snapshots that can be had, oldest first. One whose root is not authentic is not among them,
   * so that the others can be had; {@link #taken} and {@link #check} name it.
   */
  List<SnapshotSummary> snapshots(ComponentName component);

  /** Those of which there are snapshots; names alone are read. */
  List<ComponentName> components();

  /** The snapshots that were taken, with those that were lost; reads the register, too. */
  Taken taken(ComponentName component);

  /**
   * All that is known to have been taken.
   *
   * @param legible as {@link #snapshots} lists them
   * @param lost those whose root is not authentic, or is registered and not there; what is wrong
   *     names the object
   */
  record Taken(List<SnapshotSummary> legible, SortedMap<SnapshotId, Damaged> lost) {
    public Taken {
      legible = List.copyOf(legible);
      lost = Collections.unmodifiableSortedMap(new TreeMap<>(lost));
    }
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if there is no such snapshot
   * @throws io.aegis.kernel.Failure.Damaged if its manifest is not authentic
   */
  SnapshotReader open(SnapshotId id);

  /** Looks for damage; never changes anything. */
  List<Finding> check(CheckDepth depth, Progress progress);

  RepositoryStats stats();

  @Override
  void close();
}
