package io.aegis.postgres.verify;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.control.ControlFile;
import io.aegis.postgres.control.ControlFile.PageChecksums;
import io.aegis.postgres.layout.RelationFile;
import io.aegis.postgres.page.PageRules;
import io.aegis.postgres.page.PageRules.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Checks the checksum of every page of a data directory on which a server may be writing: a page
 * that does not match is read again until it does, or stays the same (trap T18).
 */
public final class PageSweep {
  private static final Lsn NO_EXCUSE =
      new Lsn(-1); // no page is newer: the log repairs none of them
  private static final int PIECE = 1 << 20;
  private static final int ATTEMPTS = 20;
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** So many pages that stay wrong are the answer; what else is wrong is not read again. */
  private static final int ENOUGH = 256;

  private final Path data;
  private final ControlFile control;
  private final TimeSource time;
  private final Progress progress;
  private final AtomicLong pages = new AtomicLong();
  private final Sample wrong = new Sample();

  public PageSweep(Path data, ControlFile control, TimeSource time, Progress progress) {
    this.data = data;
    this.control = control;
    this.time = time;
    this.progress = progress;
  }

  /** A file of pages. */
  private record Paged(Path file, String path, RelationFile relation, long size) {}

  public Measurement run(int workers) throws InterruptedException {
    long begun = time.nanos();
    if (control.checksums() == PageChecksums.OFF) {
      return result(
          begun,
          new Measurement.Verdict.NotMeasured("the cluster has no page checksums;"
              + " pg_checksums --enable on the source while it is stopped, and the next snapshot"
              + " has them"));
    }
    var files = files();
    progress.expect(files.stream().mapToLong(Paged::size).sum());
    try (var scope = TaskScope.computing("pages", workers)) {
      for (var file : files) {
        scope.fork(() -> sweep(file));
      }
      scope.join();
    }
    if (wrong.count() == 0) {
      return result(begun, new Measurement.Verdict.Passed(pages.get() + " pages match"));
    }
    return result(
        begun,
        new Measurement.Verdict.Failed("%d of %d pages do not match; the first: %s"
            .formatted(wrong.count(), pages.get(), wrong.words())));
  }

  private Measurement result(long begun, Measurement.Verdict verdict) {
    return new Measurement("page checksums", verdict, Duration.ofNanos(time.nanos() - begun));
  }

  private List<Paged> files() {
    var found = new ArrayList<Paged>();
    for (String root : List.of("global", "base", "pg_tblspc")) {
      try (var tree = Files.walk(data.resolve(root), FileVisitOption.FOLLOW_LINKS)) {
        tree.forEach(file -> paged(file).ifPresent(found::add));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + data.resolve(root), e);
      }
    }
    found.sort((a, b) -> Long.compare(b.size(), a.size()));
    return found;
  }

  private Optional<Paged> paged(Path file) {
    String path = data.relativize(file).toString();
    return RelationFile.parse(path)
        .filter(_ -> Files.isRegularFile(file))
        .map(relation -> new Paged(file, path, relation, file.toFile().length()));
  }

  private Void sweep(Paged paged) throws InterruptedException {
    try (var channel = FileChannel.open(paged.file(), StandardOpenOption.READ)) {
      var rules = new PageRules(control.geometry().pageSize(), NO_EXCUSE);
      long firstBlock = paged.relation().segment() * control.geometry().segmentPages();
      var bytes = new byte[PIECE];
      long at = 0;
      for (int count = read(channel, at, bytes); count > 0; count = read(channel, at, bytes)) {
        judge(paged, channel, rules, new Piece(bytes, count, at, firstBlock));
        at += count;
        progress.advance(count);
      }
    } catch (NoSuchFileException e) {
      return null; // dropped by replay since it was listed
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + paged.file(), e);
    }
    return null;
  }

  /** Pages that were read together. */
  @SuppressWarnings("ArrayRecordComponent") // handed down one call, compared by nobody
  private record Piece(byte[] bytes, int count, long offset, long firstBlock) {}

  private void judge(Paged paged, FileChannel channel, PageRules rules, Piece piece)
      throws IOException, InterruptedException {
    int size = rules.pageSize();
    for (int at = 0; at + size <= piece.count(); at += size) {
      long block = piece.firstBlock() + (piece.offset() + at) / size;
      pages.incrementAndGet();
      if (rules.judge(piece.bytes(), at, block) != Verdict.SOUND
          && staysWrong(channel, rules, piece.offset() + at, block)) {
        wrong.add(paged.path() + " block " + block);
      }
    }
    if (piece.count() % size != 0) {
      wrong.add(paged.path() + " ends within a page");
    }
  }

  /** Torn pages change when they are read again; corrupt ones do not. */
  private boolean staysWrong(FileChannel channel, PageRules rules, long offset, long block)
      throws IOException, InterruptedException {
    if (wrong.count() >= ENOUGH) {
      return true;
    }
    var before = new byte[rules.pageSize()];
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var again = new byte[rules.pageSize()];
      if (read(channel, offset, again) < again.length) {
        return false; // cut off by replay since it was listed
      }
      if (rules.judge(again, 0, block) == Verdict.SOUND) {
        return false;
      }
      if (attempt > 1 && Arrays.equals(before, again)) {
        return true;
      }
      before = again;
      time.sleep(PAUSE);
    }
    return true;
  }

  private static int read(FileChannel channel, long offset, byte[] target) throws IOException {
    var buffer = ByteBuffer.wrap(target);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        break;
      }
    }
    return buffer.position();
  }
}
