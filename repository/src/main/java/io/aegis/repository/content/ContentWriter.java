package io.aegis.repository.content;

import io.aegis.repository.Changes;
import io.aegis.repository.FileSource;
import io.aegis.repository.content.FileMap.Bundled;
import io.aegis.repository.content.FileMap.Nothing;
import io.aegis.repository.content.FileMap.Region;
import io.aegis.repository.content.FileMap.Regions;
import io.aegis.repository.content.RegionWriter.Earlier;
import io.aegis.repository.content.RegionWriter.Written;
import io.aegis.repository.pack.PackFrames;
import io.aegis.repository.pack.PackStream;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.repository.seal.KeyRing;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Stores the content of files: nothing of an empty one, a place in a shared frame for a small one,
 * regions for all others. For one thread at a time.
 */
public final class ContentWriter implements AutoCloseable {
  private final RegionWriter regions;
  private final BundleWriter bundles;
  private final Fingerprints fingerprints;
  private final Compaction compaction;
  private final byte[] small = new byte[Geometry.FRAME];

  public ContentWriter(PackStream packs, KeyRing keys, PackFrames frames, Compaction compaction) {
    this.regions = new RegionWriter(packs, keys, frames);
    this.bundles = new BundleWriter(packs);
    this.fingerprints = new Fingerprints(keys);
    this.compaction = compaction;
  }

  /**
   * What is to be stored.
   *
   * @param size at most so many bytes
   * @param earlier the content that {@code changes} speaks of
   */
  public record Request(
      FileSource source, long size, Changes changes, Optional<EarlierFile> earlier) {}

  /** A file as an earlier snapshot holds it. */
  public record EarlierFile(FileMap map, long size) {}

  /**
   * What was stored.
   *
   * @param size the bytes there were
   * @param read how many of them were read
   */
  public record Outcome(long size, long read) {}

  /** Told where the content of a file is. */
  @FunctionalInterface
  public interface Destination {
    /**
     * @param size the bytes there were
     */
    void is(FileMap map, long size);
  }

  /**
   * @param done told where the content is, now or when the frame it shares with others is stored
   */
  public Outcome write(Request request, Destination done) {
    if (request.size() < Geometry.FRAME) {
      return writeSmall(request, done);
    }
    var written = new ArrayList<Region>();
    long size = 0;
    long read = 0;
    while (size < request.size()) {
      int wanted = (int) Math.min(Geometry.REGION, request.size() - size);
      var region = region(request, written.size(), wanted);
      read += region.read();
      size += region.length();
      if (region.length() > 0) {
        written.add(region.region());
      }
      if (region.length() < wanted) {
        break;
      }
    }
    done.is(size == 0 ? new Nothing() : new Regions(written), size);
    return new Outcome(size, read);
  }

  private Written region(Request request, int number, int wanted) {
    long begin = (long) number * Geometry.REGION;
    var source = new SourceWindow(request.source(), begin, wanted);
    var old = request.earlier().flatMap(file -> earlier(file, number));
    if (old.isEmpty() || compaction.renews(old.get().region(), old.get().length())) {
      return regions.whole(source);
    }
    return switch (request.changes()) {
      case Changes.Everything() -> regions.whole(source);
      case Changes.Unknown() -> regions.compared(old.get(), source);
      case Changes.Pages(var runs, var _) ->
        regions.changed(old.get(), source, changedPages(runs, begin, old.get().length(), wanted));
    };
  }

  private static Optional<Earlier> earlier(EarlierFile file, int number) {
    if (file.map() instanceof Regions(var all) && number < all.size()) {
      long length = Math.min(Geometry.REGION, file.size() - (long) number * Geometry.REGION);
      return Optional.of(new Earlier(all.get(number), (int) length));
    }
    return Optional.empty();
  }

  /**
   * The pages of one region that are named as changed, and those whose length is not what it was.
   */
  private static BitSet changedPages(
      List<Changes.Run> runs, long begin, int oldLength, int newLength) {
    var changed = new BitSet(Geometry.PAGES_PER_REGION);
    int pages = Geometry.pages(newLength);
    long firstPage = begin / Geometry.PAGE;
    for (var run : runs) {
      long first = Math.clamp(run.first() - firstPage, 0, pages);
      long end = Math.clamp(run.first() + run.count() - firstPage, 0, pages);
      changed.set((int) first, (int) end);
    }
    for (int page = Math.min(oldLength, newLength) / Geometry.PAGE; page < pages; page++) {
      if (Geometry.lengthAt(page, Geometry.PAGE, oldLength)
          != Geometry.lengthAt(page, Geometry.PAGE, newLength)) {
        changed.set(page);
      }
    }
    return changed;
  }

  /** Small files are always read: looking is as cheap as knowing. */
  private Outcome writeSmall(Request request, Destination done) {
    int size = new SourceWindow(request.source(), 0, (int) request.size())
        .read(0, small, 0, (int) request.size());
    if (size == 0) {
      done.is(new Nothing(), 0);
      return new Outcome(0, 0);
    }
    var fingerprint = fingerprints.of(0, small, size);
    var same = request.earlier().filter(file -> holds(file, size, fingerprint));
    if (same.isPresent() && !(request.changes() instanceof Changes.Everything)) {
      done.is(same.get().map(), size);
    } else {
      bundles.add(new Slice(small, 0, size), fingerprint, done);
    }
    return new Outcome(size, size);
  }

  private static boolean holds(EarlierFile file, int size, Fingerprints.Fingerprint fingerprint) {
    return file.size() == size
        && file.map() instanceof Bundled(var _, var _, var before)
        && before.equals(fingerprint);
  }

  /** Stores what still waits for a full frame. */
  public void flush() {
    bundles.flush();
  }

  @Override
  public void close() {
    regions.close();
  }
}
