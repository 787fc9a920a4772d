package io.aegis.postgres.cluster;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.ConnectionSettings.Login;
import io.aegis.postgres.PostgresCode;
import java.sql.SQLException;
import java.util.Set;

/** What an error of the driver or the server means (SQLSTATE: PostgreSQL, appendix A). */
final class SqlFailures {
  /** {@code sqlclient_unable_to_establish_sqlconnection}, in PostgreSQL's errcodes.txt. */
  private static final String CANNOT_CONNECT = "08001";

  /**
   * {@code sqlserver_rejected_establishment_of_sqlconnection}: the driver's, where the server
   * answers and asks for what it was not given, such as a password.
   */
  private static final String REJECTED = "08004";

  private static final Set<String> PASSING = Set.of(
      "57P01", // terminated by an administrator
      "57P02", // crashed
      "57P03", // starting up or shutting down
      "57P05", // idle session ended
      "53300"); // too many connections

  private SqlFailures() {}

  static Failure whileConnecting(ConnectionSettings settings, SQLException e) {
    String state = state(e);
    if (isPassing(state)) {
      return unreachable(settings, e);
    }
    return new Failure.Refused(
        Report.of(PostgresCode.LOGIN_REFUSED, settings + " was refused by the server")
            .why(message(e))
            .next(
                remedy(settings, state),
                "check that pg_hba.conf admits this user from here",
                "if there is no such role, as a superuser: CREATE ROLE "
                    + ReadinessChecks.quoted(settings.user())
                    + " LOGIN REPLICATION IN ROLE pg_monitor;    then: aegis doctor"),
        e);
  }

  private static String remedy(ConnectionSettings settings, String state) {
    return state.equals(REJECTED) && settings.login() instanceof Login.Ambient
        ? "set database.password in aegis.yaml: file:<file> or env:<variable>"
        : "check user, password and database in aegis.yaml";
  }

  static Failure whileAsking(ConnectionSettings settings, String sql, SQLException e) {
    String state = state(e);
    if (isPassing(state)) {
      return unreachable(settings, e);
    }
    if (state.equals("42501")) {
      return new Failure.Refused(
          Report.of(PostgresCode.PRIVILEGE_MISSING, settings + " may not do what is needed")
              .why(message(e))
              .next(
                  "as a superuser: GRANT pg_read_all_settings, pg_monitor TO "
                      + ReadinessChecks.quoted(settings.user()),
                  "aegis doctor    (prints what else is to be granted)"),
          e);
    }
    return new Failure.Refused(
        Report.of(PostgresCode.QUERY_FAILED, "a query to " + settings + " failed: " + sql)
            .why(message(e))
            .next("aegis doctor", "look into the server's log"),
        e);
  }

  private static Failure unreachable(ConnectionSettings settings, SQLException e) {
    return new Failure.Unavailable(
        Report.of(PostgresCode.DATABASE_UNREACHABLE, "no answer from " + settings)
            .why(unanswered(settings, e))
            .next(
                "check that the server runs and listens there",
                "aegis init --discover --dry-run    (shows the server that runs here)",
                "aegis plan --to latest    (if it is lost)"),
        e);
  }

  /** The driver speaks of TCP/IP, whatever it was told to use. */
  private static String unanswered(ConnectionSettings settings, SQLException e) {
    return CANNOT_CONNECT.equals(state(e)) && settings.isUnixSocket()
        ? "nobody takes connections on " + settings.host() + "/.s.PGSQL." + settings.port()
        : message(e);
  }

  private static boolean isPassing(String state) {
    return (state.startsWith("08") && !state.equals(REJECTED))
        || PASSING.contains(state)
        || state.isEmpty();
  }

  private static String state(SQLException e) {
    return e.getSQLState() == null ? "" : e.getSQLState();
  }

  private static String message(SQLException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
  }
}
