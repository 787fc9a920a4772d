package io.aegis.postgres.snapshot;

import io.aegis.kernel.Progress;
import io.aegis.kernel.TaskScope;
import io.aegis.postgres.layout.Places;
import io.aegis.postgres.layout.RelationFile;
import io.aegis.postgres.snapshot.CapturePlan.Capture;
import io.aegis.postgres.snapshot.PageSource.Judge;
import io.aegis.repository.FileSource;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.SnapshotWorker;
import io.aegis.repository.SnapshotWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Captures many files at once: each worker takes the next one, reads it and hands it to a pipeline
 * of its own, so that nothing is passed between threads. Meanwhile somebody keeps an eye on the
 * session; if that dies the workers are stopped.
 */
final class ParallelCapture {
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  private final SnapshotWriter writer;
  private final Places places;
  private final Judging judging;
  private final Progress progress;
  private final Tally tally = new Tally();

  /** How pages are judged, if they carry checksums. */
  sealed interface Judging {
    record Pages(Judge judge, int segmentPages) implements Judging {}

    record Nothing() implements Judging {}
  }

  ParallelCapture(SnapshotWriter writer, Places places, Judging judging, Progress progress) {
    this.writer = writer;
    this.places = places;
    this.judging = judging;
    this.progress = progress;
  }

  Tally tally() {
    return tally;
  }

  /**
   * @param alive throws if the work has become pointless
   */
  void run(List<Capture> captures, int workers, Runnable alive) throws InterruptedException {
    var next = new AtomicInteger();
    var working = new CountDownLatch(workers);
    try (var scope = TaskScope.computing("capture", workers + 1)) {
      for (int i = 0; i < workers; i++) {
        scope.fork(() -> {
          work(captures, next);
          working.countDown();
          return null;
        });
      }
      scope.fork(() -> {
        do {
          alive.run();
        } while (!working.await(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS));
        return null;
      });
      scope.join();
    }
  }

  private void work(List<Capture> captures, AtomicInteger next) {
    try (var worker = writer.worker()) {
      for (int i = next.getAndIncrement();
          i < captures.size() && !Thread.currentThread().isInterrupted();
          i = next.getAndIncrement()) {
        capture(captures.get(i), worker);
      }
    }
  }

  private void capture(Capture capture, SnapshotWorker worker) {
    var file = capture.file();
    switch (file.kind()) {
      case Kind.Directory _, Kind.Link _ ->
        tally.add(worker.capture(file, EMPTY, capture.changes()));
      case Kind.File(long size) -> {
        var opened = OpenFile.open(places, file.path(), progress, size);
        if (opened.isEmpty()) {
          tally.vanished();
          progress.advance(size);
          return;
        }
        try (var open = opened.get()) {
          tally.add(worker.capture(file, judged(open, file.path()), capture.changes()));
          open.finishProgress();
        }
      }
    }
  }

  private FileSource judged(OpenFile file, String path) {
    Optional<RelationFile> relation = RelationFile.parse(path);
    if (relation.isEmpty()) {
      return file;
    }
    return switch (judging) {
      case Judging.Nothing() -> file;
      case Judging.Pages(var judge, int segmentPages) ->
        new PageSource(file, judge, path, relation.get().segment() * segmentPages);
    };
  }

  static final FileSource EMPTY = (_, _, _, _) -> 0;
}
