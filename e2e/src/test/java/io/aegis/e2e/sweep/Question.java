package io.aegis.e2e.sweep;

import io.aegis.kernel.testing.Parts;
import io.aegis.kernel.testing.Program;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Asks a server that Aegis left running; it goes on running. */
record Question(int major, Path dataDirectory) {
  /** {@code LOCK_FILE_LINE_PORT}, src/include/utils/pidfile.h. */
  private static final int PORT = 4 - 1;

  String psql(String sql) {
    var program = Parts.require("postgres-" + major).resolve("bin/psql").toString();
    return Program.of(
            program,
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-p",
            port(),
            "-U",
            TestPostgres.SUPERUSER,
            "-d",
            "postgres",
            "-c",
            sql)
        .run()
        .orFail();
  }

  private String port() {
    try {
      return Files.readAllLines(dataDirectory.resolve("postmaster.pid"))
          .get(PORT)
          .strip();
    } catch (IOException e) {
      throw new UncheckedIOException("no server runs in " + dataDirectory, e);
    }
  }
}
