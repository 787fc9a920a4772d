package io.aegis.postgres.verify;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections to the databases of one server. */
@FunctionalInterface
public interface Sessions {

  /**
   * The caller closes it.
   *
   * @throws SQLException if the server does not let anybody in there, or does not answer
   */
  Connection open(String database) throws SQLException;
}
