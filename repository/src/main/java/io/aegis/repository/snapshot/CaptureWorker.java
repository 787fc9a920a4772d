package io.aegis.repository.snapshot;

import io.aegis.repository.Changes;
import io.aegis.repository.FileSource;
import io.aegis.repository.FileSpec;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.SnapshotWorker;
import io.aegis.repository.StoredFile;
import io.aegis.repository.content.ContentWriter;
import io.aegis.repository.content.ContentWriter.Request;
import io.aegis.repository.content.FileMap;
import io.aegis.repository.pack.PackStream;
import io.aegis.repository.snapshot.Bases.Found;
import java.util.Optional;

/** One worker of a snapshot, with a stream of packs of its own. */
final class CaptureWorker implements SnapshotWorker {
  private final PackStream packs;
  private final ContentWriter contents;
  private final Gathering.Lane lane;
  private final Bases bases;
  private final Runnable completed;
  private boolean broken;

  /**
   * @param completed told when all that the worker gathered is durable
   */
  CaptureWorker(
      PackStream packs,
      ContentWriter contents,
      Gathering.Lane lane,
      Bases bases,
      Runnable completed) {
    this.packs = packs;
    this.contents = contents;
    this.lane = lane;
    this.bases = bases;
    this.completed = completed;
  }

  @Override
  public Captured capture(FileSpec file, FileSource source, Changes changes) {
    if (broken) {
      throw new IllegalStateException("an earlier capture of this worker failed: close it");
    }
    broken = true;
    var captured = captureKind(file, source, changes);
    broken = false;
    return captured;
  }

  private Captured captureKind(FileSpec file, FileSource source, Changes changes) {
    return switch (file.kind()) {
      case Kind.File(long size) -> captureFile(file, size, source, changes);
      case Kind.Directory(), Kind.Link(var _) -> {
        finish(file, 0, new FileMap.Nothing());
        yield new Captured(0, 0, 0);
      }
    };
  }

  private Captured captureFile(FileSpec file, long size, FileSource source, Changes changes) {
    var found =
        changes instanceof Changes.Everything ? Optional.<Found>empty() : bases.find(file.path());
    // What an interrupted attempt stored is of a later moment than what the changes are told from.
    var applied = found.map(base -> base.compareOnly() ? new Changes.Unknown() : changes);
    var request = new Request(source, size, applied.orElse(changes), found.map(Found::content));
    long before = packs.appended();
    var outcome = contents.write(request, (map, length) -> finish(file, length, map));
    return new Captured(outcome.size(), outcome.read(), packs.appended() - before);
  }

  private void finish(FileSpec file, long size, FileMap map) {
    var line = Line.of(new StoredFile(file, size, map.encode()));
    lane.finished(packs.sequence(), line, packs.appended());
  }

  @Override
  public void close() {
    try (packs;
        contents) {
      // A failure was thrown once already, and must not be thrown again as if it were another.
      if (!broken) {
        contents.flush();
        packs.finish();
        completed.run();
      }
    }
  }
}
