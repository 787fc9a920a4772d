package io.aegis.postgres.stream;

import static io.aegis.postgres.PostgresCode.DATABASE_UNREACHABLE;
import static io.aegis.postgres.PostgresCode.REPLICATION_REFUSED;
import static io.aegis.postgres.PostgresCode.SLOT_IN_USE;
import static io.aegis.postgres.PostgresCode.WAL_MISSING;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalStream.SlotLife;
import io.aegis.postgres.cluster.SqlSession;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyDual;

/** One replication connection, for one thread. No {@link SQLException} leaves this class. */
final class ReplicationLink implements TipMending.Sender {
  /** {@code invalid_password}, and the driver's where none was given: SQL is refused as well. */
  private static final Set<String> PASSWORD = Set.of("28P01", "08004");

  private static final Duration SILENCE = Duration.ofSeconds(20);

  private final ConnectionSettings settings;
  private final Connection connection;
  private @Nullable CopyDual copy;

  private ReplicationLink(ConnectionSettings settings, Connection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  static ReplicationLink open(ConnectionSettings settings) {
    var connection = connect(settings);
    var link = new ReplicationLink(settings, connection);
    // A message that has begun must end: a promotion or a dead host leaves the read hanging.
    link.run(() -> connection.setNetworkTimeout(Runnable::run, (int) SILENCE.toMillis()));
    return link;
  }

  private static Connection connect(ConnectionSettings settings) {
    try {
      return SqlSession.connectToStream(settings);
    } catch (Failure.Refused e) {
      if (PASSWORD.contains(state(e))) {
        throw e;
      }
      throw new Failure.Refused(
          Report.of(REPLICATION_REFUSED, settings + " may not stream")
              .why(e.report().why())
              .next(
                  "aegis doctor    (prints what grants it)",
                  "check that pg_hba.conf has a line for replication"),
          e);
    } catch (Failure.Unavailable e) {
      throw usedUp(settings, e).orElse(e);
    }
  }

  /** InitWalSenderSlot and InitProcess, in PostgreSQL's walsender.c and proc.c. */
  private static Optional<Failure> usedUp(ConnectionSettings settings, Failure.Unavailable e) {
    String why = e.report().why();
    if (!state(e).equals("53300") || !why.contains("max_wal_senders")) {
      return Optional.empty();
    }
    var report = Report.of(REPLICATION_REFUSED, settings + " has no replication connection left")
        .why(why)
        .next("aegis doctor    (prints what grants it)");
    return Optional.of(
        why.contains("currently 0")
            ? new Failure.Refused(report, e)
            : new Failure.Unavailable(report, e)); // whoever holds them may let go
  }

  /** Whether the server, or the role, has no connection left: {@code too_many_connections}. */
  static boolean isFull(Failure.Unavailable e) {
    return e.code() == REPLICATION_REFUSED || state(e).equals("53300");
  }

  private static String state(Failure e) {
    return e.getCause() instanceof SQLException cause
        ? Objects.requireNonNullElse(cause.getSQLState(), "")
        : "";
  }

  /** IDENTIFY_SYSTEM. */
  record Identity(SystemIdentifier system, Timeline timeline, Lsn flushed) {}

  Identity identify() {
    return ask(
        "IDENTIFY_SYSTEM",
        row -> new Identity(
            SystemIdentifier.parse(row.getString(1)),
            new Timeline(row.getLong(2)),
            Lsn.parse(row.getString(3))));
  }

  /** The content of a history file; the first timeline has none. */
  Optional<byte[]> history(Timeline timeline) {
    if (timeline.id() == 1) {
      return Optional.empty();
    }
    return Optional.of(ask(
        "TIMELINE_HISTORY " + timeline, row -> row.getString(2).getBytes(StandardCharsets.UTF_8)));
  }

  void createSlot(String slot, SlotLife life) {
    var kind = switch (life) {
      case KEPT -> " PHYSICAL RESERVE_WAL";
      case OF_CONNECTION -> " TEMPORARY PHYSICAL RESERVE_WAL";
    };
    ask("CREATE_REPLICATION_SLOT \"" + slot + "\"" + kind, row -> row.getString(1));
  }

  /** Begins to stream without a slot, so that none is moved by it. */
  void start(Timeline timeline, Lsn from) {
    begin("START_REPLICATION PHYSICAL " + from + " TIMELINE " + timeline);
  }

  /** Begins to stream; what the server has against it may only show with the first read. */
  void start(String slot, Timeline timeline, Lsn from) {
    begin("START_REPLICATION SLOT \"" + slot + "\" PHYSICAL " + from + " TIMELINE " + timeline);
  }

  private void begin(String command) {
    copy = call(() -> connection.unwrap(PGConnection.class).getCopyAPI().copyDual(command));
  }

  /**
   * Log through this connection before it streams, and through no slot; once the sender is closed,
   * the connection is as it was.
   */
  TipMending.Sender meanwhile(Timeline timeline, Lsn from) {
    start(timeline, from);
    return new TipMending.Sender() {
      @Override
      public Optional<WireMessage> poll() {
        return ReplicationLink.this.poll();
      }

      @Override
      public void tell(byte[] status) {
        ReplicationLink.this.tell(status);
      }

      @Override
      public void close() {
        run(() -> copying().endCopy());
        copy = null;
      }
    };
  }

  @Override
  public Optional<WireMessage> poll() {
    byte @Nullable [] message = call(() -> copying().readFromCopy(false));
    return Optional.ofNullable(message).map(this::parsed);
  }

  private WireMessage parsed(byte[] message) {
    try {
      return WireMessage.parse(message);
    } catch (Malformed e) {
      throw failure(new SQLException(e.getMessage(), "08P01", e));
    }
  }

  @Override
  public void tell(byte[] status) {
    run(() -> {
      copying().writeToCopy(status, 0, status.length);
      copying().flushCopy();
    });
  }

  private CopyDual copying() {
    if (copy == null) {
      throw new IllegalStateException("nothing is streamed yet");
    }
    return copy;
  }

  @FunctionalInterface
  private interface Call<T extends @Nullable Object> {
    T call() throws SQLException;
  }

  @FunctionalInterface
  private interface Run {
    void run() throws SQLException;
  }

  @FunctionalInterface
  private interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> T ask(String command, Row<T> row) {
    return call(() -> {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(command)) {
        if (!rows.next()) {
          throw new SQLException("no answer to " + command, "08P01");
        }
        return row.of(rows);
      }
    });
  }

  private void run(Run work) {
    call(() -> {
      work.run();
      return this;
    });
  }

  private <T extends @Nullable Object> T call(Call<T> work) {
    try {
      return work.call();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private Failure failure(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return switch (state) {
      case "58P01" ->
        new Failure.Damaged(
            Report.of(WAL_MISSING, settings + " has removed log that was not durable yet")
                .why(message)
                .next("aegis backup    (a new snapshot does not need the lost log)"),
            e);
      case "55006" -> new Failure.Unavailable(slotInUse(settings, message), e);
      case "42501", "42601", "28000", "53400" ->
        new Failure.Refused(
            Report.of(REPLICATION_REFUSED, settings + " may not stream")
                .why(message)
                .next("aegis doctor    (prints what grants it)"),
            e);
      default ->
        new Failure.Unavailable(
            Report.of(DATABASE_UNREACHABLE, "the stream from " + settings + " broke off")
                .why(message)
                .safe("everything up to the flush position it was told is durable")
                .next("nothing: the stream tries again", "look into the server's log"),
            e);
    };
  }

  /** What a person is told where somebody else streams through the slot. */
  static Report slotInUse(ConnectionSettings server, String why) {
    return Report.of(SLOT_IN_USE, "the replication slot on " + server + " is in use")
        .why(why)
        .safe("this stream has stored nothing, and judges nothing")
        .next(
            "if no other stream is meant to run, wait: the server lets go of a dead one",
            "aegis wal status    (says how far the log is durable)");
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone either way; what the server must know it was told before.
    }
  }
}
