package io.aegis.postgres.server;

import static io.aegis.postgres.PostgresCode.SERVER_NOT_STARTED;
import static io.aegis.postgres.PostgresCode.SERVER_UNREACHABLE;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.account.Account;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.BooleanSupplier;

/**
 * One data directory on this machine and the server that runs on it, or does not. Holds no state of
 * its own: what it says is read anew each time, so a process that takes over knows as much as the
 * one that died.
 */
public final class LocalServer {
  /** Recovery that stands still holds its locks, also one that a login waits for. */
  private static final String LOGIN_SECONDS = "30";

  /** A query, the owner's above all, may answer with more than fits into this process. */
  private static final String LARGEST_ANSWER = "16M";

  private static final Duration POLL = Duration.ofMillis(50);
  private static final int WORDS = 2000;

  /**
   * The log is opened by the account that the server runs as: what it plants there, such as a link
   * to a file of root's, leads only where it may write itself. The shell becomes the postmaster,
   * without what a shell adds to the environment.
   */
  private static final List<String> INTO_LOG =
      List.of("sh", "-c", "exec env -u PWD -u OLDPWD -u SHLVL -u _ \"$@\" >>\"$0\" 2>&1");

  private final Place place;
  private final TimeSource time;

  /**
   * Where a server lives.
   *
   * @param binaries its programs
   * @param data its data directory
   * @param log where its messages go: in its data directory
   * @param sockets where its only door is while Aegis looks after it
   */
  public record Place(Binaries binaries, Path data, Path log, SocketDirectory sockets) {
    public Place {
      if (!log.startsWith(data)) {
        throw new IllegalArgumentException(log + " does not lie in " + data);
      }
    }
  }

  public LocalServer(Place place, TimeSource time) {
    this.place = place;
    this.time = time;
  }

  public Place place() {
    return place;
  }

  public Optional<Postmaster> running() {
    return Postmaster.of(place.data());
  }

  /**
   * Starts the server in a session of its own, so that neither Aegis' end nor its terminal's ends
   * it; does nothing if it runs. Returns when it takes connections, which in recovery it does once
   * it is consistent.
   *
   * @param patience how long to wait for that
   * @throws Unavailable with the server's own last words if it ends, or is not ready in time
   */
  public void start(Duration patience) throws InterruptedException {
    start(Door.PRIVATE, patience);
  }

  /**
   * As {@link #start(Duration)}, for a server that waits for something else.
   *
   * @param hopeless whether that will not come
   */
  public void start(Duration patience, BooleanSupplier hopeless) throws InterruptedException {
    start(Door.PRIVATE, patience, hopeless);
  }

  /** Where a server takes connections. */
  public enum Door {
    /** Only on its private socket; its messages come to the place's log. */
    PRIVATE,
    /** As its configuration says. */
    AS_CONFIGURED
  }

  /** Starts it with that door; a server that runs keeps the one it has. */
  public void start(Door door, Duration patience) throws InterruptedException {
    start(door, patience, () -> false);
  }

  private void start(Door door, Duration patience, BooleanSupplier hopeless)
      throws InterruptedException {
    var log = ServerLog.from(place);
    if (running().isEmpty()) {
      launch(commandLine(door), log, patience);
    }
    within(patience, () -> takesConnections() || running().isEmpty() || hopeless.getAsBoolean());
    if (!takesConnections()) {
      String fact = running().isEmpty()
          ? "it ended"
          : "it took no connections within " + HumanTime.of(patience);
      throw notStarted(log, fact);
    }
  }

  private void launch(List<String> commandLine, ServerLog log, Duration patience)
      throws InterruptedException {
    Process process;
    try {
      process = Account.ownerOf(place.data())
          .program(commandLine)
          .directory(place.data().toFile())
          .redirectInput(new File("/dev/null"))
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw notStarted(log, String.valueOf(e.getMessage()));
    }
    if (!within(patience, () -> running().isPresent() || !process.isAlive())) {
      process.destroyForcibly();
      throw notStarted(log, "it did not write postmaster.pid");
    }
    if (!process.isAlive() && running().isEmpty()) {
      throw notStarted(
          log, "it ended with exit status " + process.exitValue() + lastWords(process));
    }
  }

  /** Of whoever was to run it, before there was a log to write to. */
  private static String lastWords(Process ended) {
    try (var output = ended.getInputStream()) {
      var words = new String(output.readNBytes(WORDS), StandardCharsets.UTF_8).strip();
      return words.isEmpty() ? "" : ": " + words.replace('\n', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * What stands on the command line wins over every file. Only how Aegis watches the server belongs
   * here; what the server must be while it is fenced stands in its configuration, where it also
   * binds a person who starts it by hand.
   */
  private List<String> commandLine(Door door) {
    var line = new ArrayList<>(INTO_LOG);
    line.add(place.log().toString());
    line.add(place.binaries().program("postgres"));
    line.add("-D");
    line.add(place.data().toString());
    for (String setting : settings(door)) {
      line.add("-c");
      line.add(setting);
    }
    return line;
  }

  private List<String> settings(Door door) {
    String here = "data_directory=" + place.data();
    return switch (door) {
      case AS_CONFIGURED -> List.of(here);
      case PRIVATE -> {
        place.sockets().prepare(Account.ownerOf(place.data()));
        yield List.of(
            here,
            "listen_addresses=",
            "unix_socket_directories=" + place.sockets().path(),
            "logging_collector=off",
            "log_destination=stderr",
            "log_min_messages=warning",
            "lc_messages=C");
      }
    };
  }

  /** Whether it runs and takes connections; in recovery, read-only ones. */
  public boolean takesConnections() {
    return running().isPresent()
        && LockFile.read(place.data()).filter(LockFile::takesConnections).isPresent();
  }

  /** What the server will say from now on. */
  public ServerLog logFromNow() {
    return ServerLog.from(place);
  }

  /** The server's messages so far. */
  public ServerLog log() {
    return ServerLog.of(place);
  }

  /**
   * Stops the server, if it runs.
   *
   * @see Postmaster#stop
   */
  public void stop(StopMode first, Duration patience) throws InterruptedException {
    var running = running();
    if (running.isPresent()) {
      running.get().stop(first, patience, time);
    }
  }

  /**
   * Connects as {@code role}, a superuser, through the private socket. Names are found as that
   * role finds them; what the cluster limits its clients by does not hold.
   *
   * @throws Unavailable if the server does not take the connection
   */
  public Connection connect(String database, String role) {
    return connect(database, role, SessionOptions.of(place.data()).ofSuperuser());
  }

  Connection connect(String database, String role, String options) {
    try {
      return open(database, role, options);
    } catch (SQLException e) {
      throw unreachable(database, role, e);
    }
  }

  Connection open(String database, String role, String options) throws SQLException {
    var properties = properties(database, role);
    properties.setProperty("options", options);
    properties.setProperty("maxResultBuffer", LARGEST_ANSWER);
    return DriverManager.getConnection("jdbc:postgresql://localhost/", properties);
  }

  Unavailable unreachable(String database, String role, SQLException e) {
    return new Unavailable(
        Report.of(SERVER_UNREACHABLE, "cannot connect to " + database + " on " + place.data())
            .why(String.valueOf(e.getMessage()))
            .next(
                "see its log: " + place.log(),
                isTimeOver(e)
                    ? "if a lock on a system catalog was held at this moment (VACUUM FULL), nobody"
                        + " can log in: cancel, and plan for one before or after it"
                    : "check the role '" + role + "' in aegis.yaml"),
        e);
  }

  /** The driver gives up by itself after {@link #LOGIN_SECONDS}. */
  private static boolean isTimeOver(SQLException e) {
    return String.valueOf(e.getMessage()).contains("timed out");
  }

  /** The socket on which a server that runs listens; what {@code psql} takes as {@code PGPORT}. */
  public int port() {
    return LockFile.read(place.data())
        .map(LockFile::port)
        .orElseThrow(() -> notStarted(log(), "there is no postmaster.pid"));
  }

  private Properties properties(String database, String role) {
    var socket = place.sockets().path().resolve(".s.PGSQL." + port());
    var properties = new Properties();
    properties.setProperty("user", role);
    properties.setProperty("PGDBNAME", database);
    properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
    properties.setProperty("socketFactoryArg", socket.toString());
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("ApplicationName", "aegis");
    properties.setProperty("loginTimeout", LOGIN_SECONDS);
    return properties;
  }

  private boolean within(Duration patience, BooleanSupplier condition) throws InterruptedException {
    long begun = time.nanos();
    while (!condition.getAsBoolean()) {
      if (time.nanos() - begun > patience.toNanos()) {
        return false;
      }
      time.sleep(POLL);
    }
    return true;
  }

  private Unavailable notStarted(ServerLog log, String fact) {
    String said = log.why();
    return new Unavailable(
        Report.of(SERVER_NOT_STARTED, "the server on " + place.data() + " did not start")
            .why(said.isEmpty() ? fact : fact + "; it says: " + said)
            .safe("its files are as the server left them")
            .next("see its log: " + place.log(), "remove the cause, then resume the execution"));
  }
}
