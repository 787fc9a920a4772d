package io.aegis.postgres.restore;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.account.Account;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where a snapshot is to be restored, and where its recovery is to stop.
 *
 * @param target the data directory to be made: absolute; absent or empty
 * @param tablespaces for each OID the directory to be made for it: absolute; absent or empty
 * @param incarnation the new life of the cluster; also tells one restore from another
 * @param stopAt the start of a record
 * @param stop whether that record is replayed
 * @param timeline the timeline that {@code stopAt} lies on
 * @param account whose the files become and as whom the server runs; empty: whoever runs Aegis
 * @param apart directories that must neither hold any of this nor lie in any of it: the live data
 *     directory, the repository
 */
public record Goal(
    Path target,
    Map<Long, Path> tablespaces,
    Incarnation incarnation,
    Lsn stopAt,
    Stop stop,
    Timeline timeline,
    String account,
    List<Path> apart) {
  public Goal {
    tablespaces = Map.copyOf(tablespaces);
    apart = List.copyOf(apart);
    if (!target.isAbsolute() || !tablespaces.values().stream().allMatch(Path::isAbsolute)) {
      throw new IllegalArgumentException("a relative path to restore into: " + target);
    }
  }

  /** For whoever runs Aegis. */
  public Goal(
      Path target,
      Map<Long, Path> tablespaces,
      Incarnation incarnation,
      Lsn stopAt,
      Stop stop,
      Timeline timeline) {
    this(target, tablespaces, incarnation, stopAt, stop, timeline, "", List.of());
  }

  /** Every directory to be made, the data directory first. */
  public List<Path> places() {
    var places = new ArrayList<>(List.of(target));
    places.addAll(tablespaces.values());
    return places;
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if this machine does not know the account
   */
  public Account owner() {
    return Account.planned(account);
  }
}
