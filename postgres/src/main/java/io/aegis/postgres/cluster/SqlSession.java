package io.aegis.postgres.cluster;

import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.ConnectionSettings.Login;
import io.aegis.postgres.server.UnixSocketFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * One connection, for one thread. What the server answers wrongly, or not at all, becomes a failure
 * that names the server; no {@link SQLException} leaves this class.
 */
public final class SqlSession implements AutoCloseable {
  private static final int STREAMED_ROWS = 10_000;

  /** Whatever a role's own settings say: a backup takes hours, and its names are unqualified. */
  private static final String OPTIONS = "-c statement_timeout=0 -c lock_timeout=0"
      + " -c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0"
      + " -c default_transaction_isolation=read\\ committed" // a standby answers nothing else
      + " -c search_path=pg_catalog -c quote_all_identifiers=off -c client_min_messages=error";

  // The driver drops "replication" unless it may assume a server that knows it.
  private static final Map<String, String> STREAMING =
      Map.of("replication", "true", "preferQueryMode", "simple", "assumeMinServerVersion", "9.4");

  private final ConnectionSettings settings;
  private final Connection connection;

  private SqlSession(ConnectionSettings settings, Connection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  /** Makes a value of one row. */
  @FunctionalInterface
  public interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** Takes one row after the other. */
  @FunctionalInterface
  public interface Rows {
    void take(ResultSet row) throws SQLException;
  }

  /**
   * @throws io.aegis.kernel.Failure.Unavailable if the server does not answer
   * @throws io.aegis.kernel.Failure.Refused if it refuses the login
   */
  public static SqlSession open(ConnectionSettings settings) {
    var connection = connect(settings, Map.of());
    try {
      // Not in OPTIONS: a server before 17 refuses a login with a setting that it does not know.
      if (connection.getMetaData().getDatabaseMajorVersion() >= 17) {
        try (var statement = connection.createStatement()) {
          statement.execute("SET transaction_timeout = 0");
        }
      }
      return new SqlSession(settings, connection);
    } catch (SQLException e) {
      close(connection);
      throw SqlFailures.whileConnecting(settings, e);
    }
  }

  /**
   * A bare connection that streams the log, and takes no SQL.
   *
   * @throws io.aegis.kernel.Failure as {@link #open} does
   */
  public static Connection connectToStream(ConnectionSettings settings) {
    return connect(settings, STREAMING);
  }

  private static Connection connect(ConnectionSettings settings, Map<String, String> further) {
    try {
      String host = settings.isUnixSocket() ? "localhost" : urlHost(settings.host());
      String url = "jdbc:postgresql://" + host + ":" + settings.port() + "/";
      var properties = properties(settings);
      properties.putAll(further);
      return DriverManager.getConnection(url, properties);
    } catch (SQLException e) {
      throw SqlFailures.whileConnecting(settings, e);
    }
  }

  /** IPv6 addresses stand in brackets. */
  private static String urlHost(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private static Properties properties(ConnectionSettings settings) {
    var properties = new Properties();
    properties.setProperty("PGDBNAME", settings.database());
    properties.setProperty("user", settings.user());
    properties.setProperty("options", OPTIONS);
    properties.setProperty("ApplicationName", "aegis");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("loginTimeout", "20");
    if (settings.login() instanceof Login.Password(var secret)) {
      properties.setProperty(
          "password", secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8)));
    }
    if (settings.isUnixSocket()) {
      var socket = Path.of(settings.host()).resolve(".s.PGSQL." + settings.port());
      properties.setProperty("socketFactory", UnixSocketFactory.class.getName());
      properties.setProperty("socketFactoryArg", socket.toString());
      properties.setProperty("sslmode", "disable");
      properties.setProperty("gssEncMode", "disable");
    }
    return properties;
  }

  /** How long one answer may take from now on; {@link Duration#ZERO} for ever. */
  public void limitAnswersTo(Duration limit) {
    try {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
    } catch (SQLException e) {
      throw SqlFailures.whileAsking(settings, "limit the time of answers", e);
    }
  }

  public <T> List<T> list(String sql, Row<T> row, Object... arguments) {
    try (var statement = prepare(sql, arguments);
        var rows = statement.executeQuery()) {
      var list = new ArrayList<T>();
      while (rows.next()) {
        list.add(row.of(rows));
      }
      return list;
    } catch (SQLException e) {
      throw SqlFailures.whileAsking(settings, sql, e);
    }
  }

  /** The only row. */
  public <T> T one(String sql, Row<T> row, Object... arguments) {
    var list = list(sql, row, arguments);
    if (list.size() != 1) {
      throw new IllegalStateException(list.size() + " rows instead of one: " + sql);
    }
    return list.getFirst();
  }

  /** Any number of rows, of which only some are in memory at once. */
  public void each(String sql, Rows rows, Object... arguments) {
    try {
      connection.setAutoCommit(false); // the driver fetches in portions only inside a transaction
      try (var statement = prepare(sql, arguments)) {
        statement.setFetchSize(STREAMED_ROWS);
        try (var result = statement.executeQuery()) {
          while (result.next()) {
            rows.take(result);
          }
        }
      }
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw SqlFailures.whileAsking(settings, sql, e);
    }
  }

  private PreparedStatement prepare(String sql, Object... arguments) throws SQLException {
    var statement = connection.prepareStatement(sql);
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
    return statement;
  }

  /** Ends the session; on the server a backup that it held open is aborted. */
  @Override
  public void close() {
    close(connection);
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone either way, and what mattered was answered before.
    }
  }
}
