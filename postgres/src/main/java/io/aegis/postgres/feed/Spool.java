package io.aegis.postgres.feed;

import static io.aegis.postgres.PostgresCode.WAL_NOT_AT_HAND;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.account.HeldDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory between feeder and {@code restore_command}; the one place that knows its names.
 *
 * <pre>
 *   aegis/restore_wal.sh     the script
 *   aegis/spool/want/NAME    asked for by the script; taken away by the feeder
 *   aegis/spool/ready/NAME   whole; renamed into place, renamed away by the script
 *   aegis/spool/absent/NAME  proved not to exist
 *   aegis/spool/coming-T/NAME  being written; its maker's alone, who began at T; never looked at
 * </pre>
 *
 * <p>All else belongs to the account that the server runs as, which may put links there.
 */
public final class Spool {
  /** Relative to the data directory, in which PostgreSQL calls it: so no path needs quoting. */
  public static final String RESTORE_COMMAND = "sh aegis/restore_wal.sh \"%f\" \"%p\"";

  private static final String HOME = "aegis";
  private static final String DIRECTORIES = "spool";
  private static final String SCRIPT = "restore_wal.sh";

  private final Path data;

  public Spool(Path dataDirectory) {
    data = dataDirectory;
  }

  /**
   * Writes the script.
   *
   * @param patience how long it waits for a file before it makes PostgreSQL stop
   */
  public void install(Duration patience) throws InterruptedException {
    try (var template = Spool.class.getResourceAsStream(SCRIPT)) {
      if (template == null) {
        throw new IllegalStateException("restore_wal.sh is not part of this build");
      }
      var script = new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@PATIENCE@", Long.toString(patience.toSeconds()));
      makeDirectories();
      try (var top = HeldDirectory.of(data);
          var home = top.enterOwn(HOME);
          var spool = home.enterOwn(DIRECTORIES)) {
        SpoolDirectories.install(spool, home, SCRIPT, script.getBytes(StandardCharsets.UTF_8));
        home.sync(); // trap T41: a script that a power cut emptied would say that all is well
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write restore_wal.sh", e);
    }
  }

  /** As the account that the server runs as: it has to move files out of them, and owns them. */
  private void makeDirectories() throws IOException, InterruptedException {
    var mkdir = new ArrayList<>(List.of("mkdir", "-p", "--"));
    SpoolDirectories.OF_THE_SERVER.forEach(
        name -> mkdir.add(HOME + "/" + DIRECTORIES + "/" + name));
    var made = Account.ownerOf(data)
        .program(mkdir)
        .directory(data.toFile())
        .redirectErrorStream(true)
        .start();
    made.getOutputStream().close();
    try (var output = made.getInputStream()) {
      var words = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (made.waitFor() != 0) {
        throw new IOException(words);
      }
    }
  }

  /**
   * Its directories, empty; the caller closes them. Whatever an earlier feeder left is removed: a
   * file may be torn by a power cut, and what was absent then need not be now (trap T30). A script
   * that waits will ask again.
   *
   * @param now when this feeder begins, by which it is told from all others
   */
  SpoolDirectories open(Instant now) throws InterruptedException {
    try {
      makeDirectories();
      try (var top = HeldDirectory.of(data);
          var home = top.enterOwn(HOME)) {
        return SpoolDirectories.emptied(home.enterOwn(DIRECTORIES), now);
      }
    } catch (IOException e) {
      throw troubleWith(e);
    }
  }

  Unavailable troubleWith(IOException e) {
    return new Unavailable(
        Report.of(WAL_NOT_AT_HAND, "cannot write log for recovery into " + data.resolve(HOME))
            .why(String.valueOf(e.getMessage()))
            .safe("recovery waits; it does not take this for the end of the log")
            .next("make room on that file system, then resume the execution"),
        e);
  }
}
