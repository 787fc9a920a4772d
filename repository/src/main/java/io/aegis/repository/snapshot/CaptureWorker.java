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
  private final Runnable closed;

  /**
   * @param closed told once, when the worker is closed
   */
  CaptureWorker(
      PackStream packs, ContentWriter contents, Gathering.Lane lane, Bases bases, Runnable closed) {
    this.packs = packs;
    this.contents = contents;
    this.lane = lane;
    this.bases = bases;
    this.closed = closed;
  }

  @Override
  public Captured capture(FileSpec file, FileSource source, Changes changes) {
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
    lane.finished(packs.sequence(), Line.of(new StoredFile(file, size, map.encode())));
  }

  @Override
  public void close() {
    try (packs;
        contents) {
      contents.flush();
      packs.finish();
    } finally {
      closed.run();
    }
  }
}
