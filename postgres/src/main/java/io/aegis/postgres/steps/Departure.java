package io.aegis.postgres.steps;

import static io.aegis.postgres.PostgresCode.RECOVERY_STANDS_ELSEWHERE;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.wal.TimelineHistory;
import io.aegis.postgres.wal.TimelineHistory.Ancestor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Where a promoted server left the timeline it was recovered along, by its own account.
 *
 * <p>That it stood at the target before does not tell it: {@code StartupXLOG}
 * (src/backend/access/transam/xlog.c) removes {@code recovery.signal} before promotion is durable.
 * A server that crashes in between, or whose signal a person removed, recovers to the end of
 * whatever lies in its {@code pg_wal}: past the target.
 *
 * @param data the server's data directory
 * @param timeline the one along which it was recovered
 * @param target where it had to leave it
 */
record Departure(Path data, Timeline timeline, Lsn target) {

  /** The one a server writes to; the control file learns of it at the next checkpoint only. */
  static Timeline timeline(Connection connection) throws SQLException {
    String question = "SELECT pg_walfile_name(pg_current_wal_insert_lsn())";
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(question)) {
      rows.next();
      return Timeline.ofHex(rows.getString(1).substring(0, 8));
    }
  }

  /** What is wrong about the timeline that the server writes to now, in words; empty if nothing. */
  Optional<String> fault(Timeline now) {
    if (now.equals(timeline)) {
      return Optional.of("it writes to timeline " + timeline + " and began none of its own");
    }
    try {
      var history = TimelineHistory.parse(now, read(now));
      var wanted = new Ancestor(timeline, target);
      if (!history.ancestors().isEmpty() && history.ancestors().getLast().equals(wanted)) {
        return Optional.empty();
      }
      return Optional.of("its timeline " + now + " began at " + history.begin());
    } catch (NoSuchFileException e) {
      return Optional.of("it has no history of its timeline " + now);
    } catch (IOException | Malformed e) {
      return Optional.of("the history of its timeline " + now + " cannot be read: " + e);
    }
  }

  private byte[] read(Timeline now) throws IOException {
    var file = data.resolve("pg_wal").resolve(now.hex() + ".history");
    try (var input = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return input.readAllBytes();
    }
  }

  /**
   * @throws Damaged if it left elsewhere
   */
  void require(Timeline now) {
    var fault = fault(now);
    if (fault.isPresent()) {
      throw new Damaged(
          Report.of(RECOVERY_STANDS_ELSEWHERE, "the promoted server is not what was verified")
              .why(fault.get() + "; the plan says: at " + target + " of timeline " + timeline)
              .safe("it is behind its fence, no client can reach it; the repository is as it was")
              .next(
                  "restore to another directory with a new plan: aegis plan",
                  "keep " + data + " until you know what happened: see its aegis/server.log"));
    }
  }
}
