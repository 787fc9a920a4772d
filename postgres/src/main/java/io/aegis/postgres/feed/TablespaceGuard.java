package io.aegis.postgres.feed;

import static io.aegis.postgres.PostgresCode.TABLESPACE_NOT_FREE;
import static io.aegis.postgres.PostgresCode.WAL_UNREADABLE;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.wal.Detail;
import io.aegis.postgres.wal.ScanState;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets no segment through in which a tablespace is made whose directory is another cluster's. One
 * that was made after the snapshot has no place in the plan: its record names the directory of the
 * lost database, and replay takes what it finds there, and writes over it ({@code
 * create_tablespace_directories}, src/backend/commands/tablespace.c; trap T47).
 *
 * <p>Every segment is read by itself, from its first page on, so that nothing hangs on what was
 * fetched before: segments are asked for in any order, on timelines that do not have them, and by
 * attempts that fail. A record that lies in two segments is looked for in the pages on both sides
 * ({@link Boundaries}); whichever segment comes last is not let through, however often it is asked
 * for. What cannot be read is not let through either.
 */
public final class TablespaceGuard implements WalSource {
  private final WalSource source;
  private final SegmentSize segments;
  private final Replayed replayed;
  private final Path data;
  private final Boundaries boundaries = new Boundaries();
  private final Set<TablespaceCreate> made = ConcurrentHashMap.newKeySet();

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

    /** Whether a record that is replayed can lie in such a stretch. */
    private boolean touches(Lsn begin, Lsn end) {
      return begin.isBefore(to) && end.isAfter(from);
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
    // Of the segment in which replay begins, what lies before that is nobody's concern.
    var begin = segment.start().isBefore(replayed.from) && replayed.from.isBefore(segment.end())
        ? new Lsn(replayed.from.value() & -(long) WalScanner.PAGE)
        : segment.start();
    var scanner = scanner(begin);
    var reading = new Reading(into, scanner, segment);
    var answer = source.fetch(name, reading);
    if (answer == Answer.FOUND) {
      requireRead(segment, scanner);
      requireReadAcross(segment, reading);
      requireFree(segment);
    }
    return answer;
  }

  private WalScanner scanner(Lsn start) {
    return new WalScanner(segments, start, Detail.TRANSACTIONS, event -> {
      if (event instanceof TablespaceCreate create && replayed.holds(create)) {
        made.add(create);
      }
    });
  }

  private void requireRead(SegmentName segment, WalScanner scanner) {
    if (replayed.touches(segment.start(), segment.end())) {
      unreadFrom(scanner, Lsn.earlier(segment.end(), replayed.to)).ifPresent(at -> {
        throw unread(segment, scanner.state(), at);
      });
    }
  }

  /**
   * Where it could not be read on, if that lies before {@code to}. Where the log ends, replay ends,
   * too, or goes on in the next segment: behind a switch, which may lie in the segment before.
   */
  private static Optional<Lsn> unreadFrom(WalScanner scanner, Lsn to) {
    return switch (scanner.state()) {
      case ScanState.Ended _ -> Optional.empty();
      case ScanState.Reading() -> Optional.of(scanner.position()).filter(at -> at.isBefore(to));
      case ScanState.Damaged(var at, var _) -> Optional.of(at).filter(where -> where.isBefore(to));
    };
  }

  private void requireReadAcross(SegmentName segment, Reading reading) {
    var pairs = boundaries.joined(segment, reading.first, reading.last);
    for (var pair : pairs) {
      var at = pair.at();
      if (!replayed.touches(at.plus(-WalScanner.PAGE), at.plus(WalScanner.PAGE))) {
        continue;
      }
      var scanner = scanner(at.plus(-WalScanner.PAGE));
      scanner.feed(pair.before());
      scanner.feed(pair.behind());
      unreadFrom(scanner, Lsn.earlier(at, replayed.to)).ifPresent(where -> {
        throw unread(segment, scanner.state(), where);
      });
    }
  }

  private static Damaged unread(SegmentName segment, ScanState state, Lsn at) {
    return new Damaged(Report.of(
            WAL_UNREADABLE,
            "segment " + segment + " of the log cannot be read on from " + at
                + ": whether a tablespace is made in it cannot be told")
        .why(
            switch (state) {
              case ScanState.Reading() -> "it ends there";
              case ScanState.Ended(var _, var why) -> why;
              case ScanState.Damaged(var _, var what) -> what;
            })
        .safe("recovery stopped before it; no directory of another cluster was touched")
        .next(
            "aegis repo check --read-data",
            "or recover to a moment before it: aegis plan --to " + at));
  }

  /** Passes a segment on, and keeps its first and its last page. */
  private static final class Reading extends FilterOutputStream {
    private final WalScanner scanner;
    private final Lsn start;
    private final byte[] first = new byte[WalScanner.PAGE];
    private final byte[] last = new byte[WalScanner.PAGE];
    private final int lastAt;
    private int done;

    Reading(OutputStream into, WalScanner scanner, SegmentName segment) {
      super(into);
      this.scanner = scanner;
      this.start = segment.start();
      this.lastAt = segment.size().bytes() - last.length;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      keep(first, 0, bytes, offset, length);
      keep(last, lastAt, bytes, offset, length);
      int skip = Math.clamp(scanner.position().minus(start.plus(done)), 0, length);
      scanner.feed(bytes, offset + skip, length - skip);
      done += length;
    }

    /** What of the bytes that come now lies in the page that begins at {@code pageAt}. */
    private void keep(byte[] page, int pageAt, byte[] bytes, int offset, int length) {
      int from = Math.max(done, pageAt);
      int to = Math.min(done + length, pageAt + page.length);
      if (from < to) {
        System.arraycopy(bytes, offset + from - done, page, from - pageAt, to - from);
      }
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }
  }

  private void requireFree(SegmentName segment) {
    try {
      for (var create : made) {
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
            + ", and the files of another cluster are there, of the lost one or of a recovery that"
            + " was taken back: PostgreSQL would take them for its own, and write over them")
        .safe("nothing was written there; recovery stopped before that record")
        .next(
            "move what is there away and make the directory anew, empty, then resume",
            "or recover to a moment before it: aegis plan --to " + made.start(),
            "or from a snapshot that was taken since: aegis points"));
  }
}
