package io.aegis.postgres;

import io.aegis.postgres.server.Postmaster;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A server that runs on a data directory of this machine. It was proved to be that directory's own:
 * a process id in {@code postmaster.pid} alone proves nothing.
 */
public final class RunningServer {
  private final Path data;
  private final Postmaster postmaster;

  private RunningServer(Path data, Postmaster postmaster) {
    this.data = data;
    this.postmaster = postmaster;
  }

  /** The server on {@code data}; nothing if none runs there, or if it cannot be proved. */
  public static Optional<RunningServer> on(Path data) {
    return Postmaster.of(data).map(postmaster -> new RunningServer(data, postmaster));
  }

  public Path dataDirectory() {
    return data;
  }

  /** Of its postmaster. */
  public long pid() {
    return postmaster.pid();
  }

  /** Ends every process of it at once, without a word to any of them, as a crash would. */
  public void crash() {
    postmaster.crash();
  }
}
