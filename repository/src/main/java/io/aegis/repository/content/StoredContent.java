package io.aegis.repository.content;

import io.aegis.repository.FileContent;
import io.aegis.repository.content.FileMap.Bundled;
import io.aegis.repository.content.FileMap.Nothing;
import io.aegis.repository.content.FileMap.Regions;
import io.aegis.repository.content.RegionMerge.Ahead;
import io.aegis.repository.pack.PackFrames;
import java.util.List;
import java.util.Objects;

/** The content of one stored file, read through its map. */
public final class StoredContent implements FileContent {
  private final FileMap map;
  private final long size;
  private final RegionViews views;
  private final PackFrames frames;
  private final RegionMerge merge;

  /**
   * @param frames owned by the content from now on
   */
  public StoredContent(FileMap map, long size, RegionViews views, PackFrames frames) {
    this.map = map;
    this.size = size;
    this.views = views;
    this.frames = frames;
    this.merge = new RegionMerge(frames);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, byte[] target, int at, int length) {
    Objects.checkFromIndexSize(offset, length, size);
    Objects.checkFromIndexSize(at, length, target.length);
    switch (map) {
      case Nothing() -> {}
      case Bundled(var frame, int begin, var _) ->
        merge.bundled(frame, begin + (int) offset, target, at, length);
      case Regions(var regions) -> read(regions, offset, target, at, length);
    }
  }

  private void read(List<FileMap.Region> regions, long offset, byte[] target, int at, int length) {
    var page = new byte[Geometry.PAGE];
    int done = 0;
    while (done < length) {
      long position = offset + done;
      int region = (int) (position / Geometry.REGION);
      int inRegion = (int) (position % Geometry.REGION);
      int inPage = inRegion % Geometry.PAGE;
      int have = merge.page(
          views.get(regions.get(region), frames),
          inRegion / Geometry.PAGE,
          regionSize(region),
          page,
          0);
      int count = Math.min(length - done, have - inPage);
      System.arraycopy(page, inPage, target, at + done, count);
      done += count;
    }
  }

  @Override
  public void transferTo(Sink sink) {
    switch (map) {
      case Nothing() -> {}
      case Bundled(var frame, int begin, var _) -> {
        var whole = new byte[(int) size];
        merge.bundled(frame, begin, whole, 0, whole.length);
        sink.write(0, whole, 0, whole.length);
      }
      case Regions(var regions) -> transfer(regions, sink);
    }
  }

  private void transfer(List<FileMap.Region> regions, Sink sink) {
    var buffer = new byte[Geometry.FRAME];
    for (int region = 0; region < regions.size(); region++) {
      // Not through the shared views: a long copy must not push out what random readers need.
      var view = RegionView.load(regions.get(region), frames);
      int regionSize = regionSize(region);
      long begin = (long) region * Geometry.REGION;
      for (int frame = 0; frame < Geometry.frames(regionSize); frame++) {
        int length = merge.frame(view, frame, regionSize, buffer, Ahead.ALL);
        sink.write(begin + (long) frame * Geometry.FRAME, buffer, 0, length);
      }
    }
  }

  private int regionSize(int region) {
    return (int) Math.min(Geometry.REGION, size - (long) region * Geometry.REGION);
  }

  @Override
  public void close() {
    merge.close();
  }
}
