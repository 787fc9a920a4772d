package io.aegis.postgres;

import io.aegis.repository.SnapshotId;
import java.time.Instant;
import java.util.Optional;

/** The moment that somebody wants a database brought to. */
public sealed interface Target {

  /** The last transaction that is durable in the repository. */
  record Latest() implements Target {}

  /** Everything that was committed at or before this moment, by the server's clock. */
  record AtTime(Instant time) implements Target {}

  /** Every record of the log that ends at or before this position. */
  record AtLsn(Lsn lsn) implements Target {}

  /**
   * Everything up to and including the commit of this transaction.
   *
   * @param xid as PostgreSQL prints it, without the epoch: 3 to 4294967295
   */
  record AtTransaction(long xid) implements Target {
    public AtTransaction {
      if (xid < 3 || xid > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException("not a transaction: " + xid);
      }
    }
  }

  /** The newest restore point of this name ({@code pg_create_restore_point}). */
  record AtRestorePoint(String name) implements Target {}

  /** The earliest moment that this snapshot can be brought to: its end. */
  record AtSnapshot(SnapshotId id) implements Target {}

  /** What a text for a target turned out to be. */
  sealed interface Reading {

    /** It says one thing only. */
    record Clear(Target target) implements Reading {}

    /**
     * A time without a zone: it was read in the zone given, and somebody has to say that this was
     * meant. A script cannot say so; it must write the zone.
     *
     * @param other the second time at which the clock showed it, if it did so twice, as in the hour
     *     when daylight saving ends
     */
    record NeedsConfirmation(AtTime target, java.time.ZoneId zone, Optional<AtTime> other)
        implements Reading {}

    /** It is no target; the reason ends with the forms that are. */
    record Unreadable(String reason) implements Reading {}
  }

  /**
   * {@code latest}, {@code 2/8E90F8}, {@code xid:123}, {@code name:foo}, {@code snapshot:…} or a
   * time.
   */
  static Reading read(String text, java.time.ZoneId zone, Instant now) {
    return new io.aegis.postgres.target.TargetText(zone, now).read(text.strip());
  }

  /** As {@link #read} takes it. */
  default String text() {
    return switch (this) {
      case Latest() -> "latest";
      case AtTime(var time) -> time.toString();
      case AtLsn(var lsn) -> lsn.toString();
      case AtTransaction(var xid) -> "xid:" + xid;
      case AtRestorePoint(var name) -> "name:" + name;
      case AtSnapshot(var id) -> "snapshot:" + id;
    };
  }
}
