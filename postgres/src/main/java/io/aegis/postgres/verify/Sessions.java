package io.aegis.postgres.verify;

import java.sql.Connection;

/** Opens connections to the databases of one server. */
@FunctionalInterface
public interface Sessions {

  /** The caller closes it. */
  Connection open(String database);
}
