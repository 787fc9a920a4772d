package io.aegis.postgres;

import io.aegis.kernel.Report;
import io.aegis.postgres.stream.StreamDurability;
import io.aegis.postgres.stream.WalStreamer;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Continuous protection: receives a server's log through a replication slot, files it in the
 * repository, and tells the server that it may forget only what is durable there.
 *
 * @param repository open for as long as the stream runs
 * @param server who may stream: a role with {@code REPLICATION}
 * @param cluster whose log alone is taken; empty where nothing is known of it yet
 * @param component whose log it is, as is written down for each life that is streamed (rule R16)
 */
public record WalStream(
    Repository repository,
    ConnectionSettings server,
    Settings settings,
    Ports ports,
    Optional<SystemIdentifier> cluster,
    Optional<ComponentName> component) {

  /** A stream that takes the log of whatever cluster answers, and says of nobody that it is his. */
  public WalStream(
      Repository repository, ConnectionSettings server, Settings settings, Ports ports) {
    this(repository, server, settings, ports, Optional.empty(), Optional.empty());
  }

  /** The same stream with other settings. */
  public WalStream with(Settings other) {
    return new WalStream(repository, server, other, ports, cluster, component);
  }

  /**
   * Asked on each connection: a name or an address may have come to lead elsewhere.
   *
   * @throws io.aegis.kernel.Failure.Refused if the server is of another cluster
   */
  public void requireCluster(SystemIdentifier met) {
    ForeignCluster.refuse(cluster, met);
  }

  /**
   * How the stream behaves.
   *
   * @param slot the replication slot, 1 to 63 characters of {@code [a-z0-9_]}
   * @param interval how long log may wait before it is made durable; more, fewer requests
   * @param heartbeat how often an idle server's silence is recorded, so that "nothing was
   *     committed since" is known and not assumed
   */
  public record Settings(String slot, SlotLife life, Duration interval, Duration heartbeat) {
    public Settings {
      if (!slot.matches("[a-z0-9_]{1,63}")) {
        throw new IllegalArgumentException("not the name of a replication slot: " + slot);
      }
      if (interval.isNegative() || heartbeat.compareTo(interval) < 0) {
        throw new IllegalArgumentException("a heartbeat shorter than the interval");
      }
    }

    public static Settings standard() {
      return new Settings("aegis", SlotLife.KEPT, Duration.ofMillis(500), Duration.ofSeconds(30));
    }
  }

  /** How long the slot makes the server keep log. */
  public enum SlotLife {
    /** Whether or not anybody streams: nothing is lost while the stream is down. */
    KEPT,
    /** Only while the stream is connected: nothing is left behind on the server. */
    OF_CONNECTION
  }

  /**
   * Streams until the thread is interrupted; then what has arrived is made durable, if the
   * repository takes it, and it returns. A server that does not answer is waited for.
   *
   * @param listener told of everything that happens; must be quick and safe for any thread
   * @throws io.aegis.kernel.Failure.Refused if this server's log must not or cannot be stored here
   */
  public Ending run(Listener listener) {
    return new WalStreamer(this, listener).run();
  }

  /** How a stream stands that was told to end. */
  public sealed interface Ending {
    /** Everything before it is in the repository; empty if no log was streamed at all. */
    Optional<Lsn> durable();

    /** Everything that had arrived is in the repository. */
    record Whole(Optional<Lsn> durable) implements Ending {}

    /**
     * It ended while something was away. What the server has beyond {@code durable}, its slot makes
     * it keep, within the server's own limits.
     */
    record CutShort(Optional<Lsn> durable, Report why) implements Ending {}
  }

  /**
   * What a backup needs: if a stream already runs, that one is watched; else one runs for as long
   * as the backup, and leaves nothing behind on the server.
   */
  public WalDurability durability(Listener listener) {
    return new StreamDurability(this, listener);
  }

  /** Follows a stream. */
  @FunctionalInterface
  public interface Listener {
    void on(Event event);
  }

  /** What happens while the log is streamed. */
  public sealed interface Event {

    /** Streaming begins, or goes on. */
    record Streaming(Incarnation incarnation, Timeline timeline, Lsn from) implements Event {}

    /**
     * Log is about to be stored, which takes as long as the store does.
     *
     * @param age since its first byte arrived
     */
    record Storing(Lsn to, Duration age) implements Event {}

    /**
     * Log became durable, and the server will be told so.
     *
     * @param to everything before it is in the repository
     * @param bytes how much it was
     * @param lag from the arrival of its first byte to now
     * @param requests how many objects were written or removed for it
     */
    record Durable(Timeline timeline, Lsn to, long bytes, Duration lag, int requests)
        implements Event {}

    /** Nothing new until {@code asOf}, by the server's clock. */
    record Silence(Lsn durable, Instant asOf) implements Event {}

    /** Parts were replaced by what holds their bytes. */
    record Compacted(Lsn from, Lsn to, int parts) implements Event {}

    /** The server was promoted, or another one took its place. */
    record TimelineSwitched(Timeline from, Timeline to, Lsn at) implements Event {}

    /** What the server does when it must choose between this stream and its own disk. */
    record Policy(KeepPolicy policy) implements Event {}

    /** The slot is about to lose, or has lost, log that is not durable yet. */
    record SlotAtRisk(String status) implements Event {}

    /**
     * Log is lost, or, where {@code from} is {@code to}, nothing is replayed past there; targets
     * behind it need a snapshot that is taken now.
     */
    record GapDeclared(Timeline timeline, Lsn from, Lsn to) implements Event {}

    /** Stored log is damaged that the stream meets; it goes on as the report says. */
    record DamageMet(Report report) implements Event {}

    /** Log that could not be read any more is stored anew, as the server sent it once more. */
    record Mended(Timeline timeline, Lsn from, Lsn to) implements Event {}

    /** The server does not answer; it will be asked again. */
    record Waiting(Report reason, Duration pause) implements Event {}
  }

  /** {@code max_slot_wal_keep_size}. */
  public sealed interface KeepPolicy {

    /** Log is kept until it is durable here, whatever room that takes on the server. */
    record NeverDrop() implements KeepPolicy {}

    /**
     * Log that lies further behind is dropped to protect the server's disk.
     *
     * @param bytes how far this stream may fall behind
     */
    record ProtectPrimary(long bytes) implements KeepPolicy {}
  }
}
