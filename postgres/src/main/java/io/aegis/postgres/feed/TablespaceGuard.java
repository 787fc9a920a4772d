package io.aegis.postgres.feed;

import static io.aegis.postgres.PostgresCode.TABLESPACE_NOT_FREE;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.SegmentName;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.postgres.wal.WalEvent.TablespaceCreate;
import io.aegis.postgres.wal.WalScanner;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets no segment through in which a tablespace is made whose directory is another cluster's. One
 * that was made after the snapshot has no place in the plan: its record names the directory of the
 * lost database, and replay takes what it finds there, and writes over it ({@code
 * create_tablespace_directories}, src/backend/commands/tablespace.c; trap T47).
 *
 * <p>A record can lie in two segments, which are fetched in any order; whichever comes last is not
 * let through, however often it is asked for.
 */
public final class TablespaceGuard implements WalSource {
  private final WalSource source;
  private final SegmentSize segments;
  private final Replayed replayed;
  private final Path data;
  private final Map<Lsn, TablespaceCreate> made = new ConcurrentHashMap<>();
  private final Map<Lsn, WalScanner> endedAt = new HashMap<>();
  private final Map<Lsn, byte[]> pagesAt = new HashMap<>();

  /**
   * What is replayed.
   *
   * @param from where the first record begins
   * @param to where the last one ends
   */
  public record Replayed(Lsn from, Lsn to) {
    private boolean holds(TablespaceCreate event) {
      return !event.start().isBefore(from) && event.start().isBefore(to);
    }
  }

  /**
   * @param data the directory that is recovered
   */
  public TablespaceGuard(WalSource source, SegmentSize segments, Replayed replayed, Path data) {
    this.source = source;
    this.segments = segments;
    this.replayed = replayed;
    this.data = data;
  }

  @Override
  public Answer fetch(WalFileName name, OutputStream into) throws IOException {
    if (!name.isSegment()) {
      return source.fetch(name, into);
    }
    var segment = SegmentName.parse(name.value(), segments);
    var known = takeEnded(segment.start());
    var scanner = known.isEmpty() ? scanner(segment.start()) : known.getFirst();
    var page = new byte[WalScanner.PAGE];
    var answer = source.fetch(name, new Reading(into, scanner, page));
    join(segment, scanner, known.isEmpty() ? page : new byte[0]);
    requireFree(segment);
    return answer;
  }

  private WalScanner scanner(Lsn start) {
    return new WalScanner(segments, start, Detail.TRANSACTIONS, event -> {
      if (event instanceof TablespaceCreate create && replayed.holds(create)) {
        made.put(create.start(), create);
      }
    });
  }

  private synchronized List<WalScanner> takeEnded(Lsn at) {
    var ended = endedAt.remove(at);
    return ended == null ? List.of() : List.of(ended);
  }

  /** Reads on from the segment before, and into the one behind, where they have come already. */
  private synchronized void join(SegmentName segment, WalScanner scanner, byte[] firstPage) {
    if (firstPage.length > 0) {
      takeEnded(segment.start()).forEach(before -> before.feed(firstPage));
      pagesAt.put(segment.start(), firstPage);
    }
    var behind = pagesAt.remove(segment.end());
    if (behind == null) {
      endedAt.put(segment.end(), scanner);
    } else {
      scanner.feed(behind);
    }
  }

  private static final class Reading extends FilterOutputStream {
    private final WalScanner scanner;
    private final byte[] page;
    private int have;

    Reading(OutputStream into, WalScanner scanner, byte[] page) {
      super(into);
      this.scanner = scanner;
      this.page = page;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      int first = Math.min(length, page.length - have);
      System.arraycopy(bytes, offset, page, have, first);
      have += first;
      scanner.feed(bytes, offset, length);
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }
  }

  private void requireFree(SegmentName segment) {
    try {
      for (var create : made.values()) {
        boolean here =
            create.start().isBefore(segment.end()) && create.end().isAfter(segment.start());
        if (here && !create.isInPlace() && !isOurs(Path.of(create.directory()))) {
          requireFree(create, Path.of(create.directory()));
        }
      }
    } catch (IOException e) {
      throw new Unavailable(
          Report.of(TABLESPACE_NOT_FREE, "cannot look into the directory of a tablespace")
              .why(String.valueOf(e))
              .safe("recovery waits before its record")
              .next("let the account that runs PostgreSQL read it, then resume"),
          e);
    }
  }

  /** Whether replay has made it here already: it begins anew where a server is started again. */
  private boolean isOurs(Path directory) throws IOException {
    var links = data.resolve("pg_tblspc");
    if (!Files.isDirectory(links)) {
      return false;
    }
    try (var entries = Files.newDirectoryStream(links, Files::isSymbolicLink)) {
      for (var link : entries) {
        if (Files.readSymbolicLink(link).equals(directory)) {
          return true;
        }
      }
    }
    return false;
  }

  private static void requireFree(TablespaceCreate made, Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw absent(made);
    }
    try (DirectoryStream<Path> clusters = Files.newDirectoryStream(directory, "PG_*")) {
      if (clusters.iterator().hasNext()) {
        throw taken(made);
      }
    }
  }

  private static Refused absent(TablespaceCreate made) {
    return new Refused(Report.of(
            TABLESPACE_NOT_FREE,
            "the directory of a tablespace that was made after the snapshot is absent: "
                + made.directory())
        .why("its tablespace " + made.tablespace() + " was made at " + made.start()
            + ", and PostgreSQL makes it again where it was")
        .safe("recovery stopped before that record")
        .next(
            "make the directory, empty, as the account that runs PostgreSQL, then resume",
            "or recover to a moment before it: aegis plan --to " + made.start()));
  }

  private static Refused taken(TablespaceCreate made) {
    return new Refused(Report.of(
            TABLESPACE_NOT_FREE,
            "a tablespace that was made after the snapshot would be replayed into "
                + made.directory())
        .why("its tablespace " + made.tablespace() + " was made at " + made.start()
            + ", and the files of another cluster, of the lost one or of a recovery that was taken back,"
            + " are there:"
            + " PostgreSQL would take them for its own, and write over them")
        .safe("nothing was written there; recovery stopped before that record")
        .next(
            "move what is there away and make the directory anew, empty, then resume",
            "or recover to a moment before it: aegis plan --to " + made.start(),
            "or from a snapshot that was taken since: aegis points"));
  }
}
