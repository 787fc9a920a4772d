package io.aegis.app.wiring;

import io.aegis.app.Configuration.Address;
import io.aegis.app.Configuration.Connection;
import io.aegis.app.Configuration.DatabaseSettings;
import io.aegis.app.Configuration.Password;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.ConnectionSettings.Login;
import io.aegis.postgres.PostgresCluster;

/** Says where the database is that the settings name; no connection is made. */
public record ClusterWiring(SecretReader secrets, TimeSource time) {

  public PostgresCluster cluster(DatabaseSettings database) {
    return new PostgresCluster(connection(database.connection()), database.dataDirectory(), time);
  }

  private ConnectionSettings connection(Connection connection) {
    Login login = switch (connection.password()) {
      case Password.None() -> new Login.Ambient();
      case Password.Given(var reference) -> new Login.Password(secrets.read(reference));
    };
    return switch (connection.address()) {
      case Address.Tcp(var host, int port) ->
        new ConnectionSettings(host, port, connection.database(), connection.user(), login);
      case Address.Socket(var directory, int port) ->
        new ConnectionSettings(
            directory.toString(), port, connection.database(), connection.user(), login);
    };
  }
}
