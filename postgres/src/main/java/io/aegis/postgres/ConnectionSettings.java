package io.aegis.postgres;

import io.aegis.kernel.Secret;

/**
 * How to reach a server by SQL.
 *
 * @param host a name or address, or the directory of a Unix socket: then it begins with {@code /}
 * @param database the one to connect to; which one hardly matters, the whole cluster is protected
 * @param user the role
 * @param login how the role proves itself
 */
public record ConnectionSettings(String host, int port, String database, String user, Login login) {

  /** How a role proves itself. */
  public sealed interface Login {
    /** With a password. */
    record Password(Secret secret) implements Login {}

    /**
     * With what the account brings: {@code peer} or {@code trust} authentication, or the password
     * that {@code ~/.pgpass} holds for this server.
     */
    record Ambient() implements Login {}
  }

  public ConnectionSettings {
    if (host.isBlank() || database.isBlank() || user.isBlank()) {
      throw new IllegalArgumentException("a connection needs a host, a database and a user");
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }

  /** The same server and role, another database. */
  public ConnectionSettings withDatabase(String other) {
    return new ConnectionSettings(host, port, other, user, login);
  }

  public boolean isUnixSocket() {
    return host.startsWith("/");
  }

  /** As people write it, without the password: {@code aegis@db-1:5432/shop}. */
  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + database;
  }
}
