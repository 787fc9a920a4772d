package io.aegis.postgres.server;

import static io.aegis.postgres.PostgresCode.NO_SUPERUSER;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.ShellWord;
import io.aegis.postgres.account.Account;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The superuser as whom Aegis works on a recovered server. Behind the fence everybody who reaches
 * the socket is trusted, and only Aegis reaches it; the role that takes backups may do too little
 * here: it needs neither to read a table nor to promote, and the cluster may not have it yet.
 */
public final class Superuser {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String NO_SUCH_LOGIN = "28000";

  /** There is no such database, it is template0, or its DROP was interrupted. */
  private static final Set<String> NO_SUCH_DATABASE = Set.of("3D000", "55000");

  /** The one who asks, if it is one; else the one that initdb made, which has the lowest number. */
  private static final String QUESTION = """
      SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin
       ORDER BY rolname = session_user DESC, oid LIMIT 1""";

  private static final String CAN_BE_ENTERED =
      "SELECT FROM pg_database WHERE datname = ? AND datallowconn AND datconnlimit <> -2";

  private final LocalServer server;
  private final String name;
  private final String database;

  private Superuser(LocalServer server, String name, String database) {
    this.server = server;
    this.name = name;
    this.database = database;
  }

  /**
   * Asks the server, as {@code configured} or, where that role is not there or not let in, as one
   * that a cluster usually has.
   *
   * @param database to work in; another one where the cluster did not have it at the moment that it
   *     is recovered to
   * @throws Refused if none is found
   * @throws Unavailable if the server does not take a connection
   */
  public static Superuser of(LocalServer server, String database, String configured) {
    var answers = new ArrayList<String>();
    var troubles = new ArrayList<Unavailable>();
    for (String role : candidates(server, configured)) {
      try (var connection = enter(server, database, role)) {
        var found = first(connection);
        if (found.isPresent()) {
          return new Superuser(server, found.get(), database(connection, database));
        }
        answers.add("'" + role + "' sees none that may log in");
      } catch (SQLException e) {
        answers.add("as '" + role + "': " + e.getMessage());
        if (!NO_SUCH_LOGIN.equals(e.getSQLState())) {
          troubles.add(server.unreachable(database, role, e));
        }
      }
    }
    throw troubles.isEmpty() ? none(server, answers) : troubles.getFirst();
  }

  private static Set<String> candidates(LocalServer server, String configured) {
    var roles = new LinkedHashSet<String>();
    roles.add(configured);
    roles.add("postgres");
    roles.add(Account.ownerOf(server.place().data()).name()); // initdb names it so unless told
    roles.add(Account.own().name());
    return roles;
  }

  /** In the database that is wanted, or in one that every cluster has. */
  private static Connection enter(LocalServer server, String wanted, String role)
      throws SQLException {
    var troubles = new ArrayList<SQLException>();
    for (String database : List.of(wanted, "postgres", "template1")) {
      try {
        return ask(server, database, role);
      } catch (SQLException e) {
        troubles.add(e);
      }
      if (!isOfTheDatabase(troubles.getFirst())) {
        break; // it would be the same in any other
      }
    }
    throw troubles.getFirst();
  }

  /** The database is in the way, or that this role may not enter it. */
  private static boolean isOfTheDatabase(SQLException e) {
    return NO_SUCH_DATABASE.contains(e.getSQLState())
        || INSUFFICIENT_PRIVILEGE.equals(e.getSQLState());
  }

  private static String database(Connection connection, String wanted) throws SQLException {
    try (var statement = connection.prepareStatement(CAN_BE_ENTERED)) {
      statement.setString(1, wanted);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? wanted : connection.getCatalog();
      }
    }
  }

  /** What else happens at a login is left out where that is allowed. */
  private static Connection ask(LocalServer server, String database, String role)
      throws SQLException {
    var options = SessionOptions.of(server.place().data());
    try {
      return server.open(database, role, options.ofSuperuser() + SessionOptions.OWN_NAMES);
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
      return server.open(database, role, options.ofAnyRole() + SessionOptions.OWN_NAMES);
    }
  }

  private static Optional<String> first(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(QUESTION)) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    }
  }

  private static Refused none(LocalServer server, List<String> answers) {
    return new Refused(Report.of(
            NO_SUPERUSER, "no superuser of the cluster in " + server.place().data() + " is known")
        .why(String.join("; ", answers))
        .safe("the server stands behind its fence, and nothing was changed in it")
        .next(
            "set database.user in aegis.yaml to a role that the database had at the moment wanted,"
                + " best a superuser; cancel this execution and plan again",
            "if no superuser may log in: ALTER ROLE <superuser> LOGIN on the source, and recover"
                + " to a moment after that"));
  }

  /** What a person types to look into that database through the only door that there is. */
  public String psql() {
    return "psql -h " + ShellWord.of(server.place().sockets().path().toString()) + " -p "
        + server.port() + " -U " + ShellWord.of(name) + " -d " + ShellWord.of(database);
  }

  /** Which database it works in: the one that was wanted, if that is there. */
  public String database() {
    return database;
  }

  /**
   * For Aegis' own queries to no database in particular.
   *
   * @throws Unavailable if the server does not take the connection
   */
  public Connection connect() {
    try {
      return open(database);
    } catch (SQLException e) {
      throw server.unreachable(database, name, e);
    }
  }

  /**
   * For Aegis' own queries.
   *
   * @throws SQLException if nobody gets in there, or the server does not answer
   */
  public Connection open(String inside) throws SQLException {
    var options = SessionOptions.of(server.place().data());
    return server.open(inside, name, options.ofSuperuser() + SessionOptions.OWN_NAMES);
  }

  /**
   * For a query of the owner's, whose names are found as this superuser finds them.
   *
   * @throws SQLException as {@link #open} does
   */
  public Connection openForOwner(String inside) throws SQLException {
    return server.open(inside, name, SessionOptions.of(server.place().data()).ofSuperuser());
  }
}
