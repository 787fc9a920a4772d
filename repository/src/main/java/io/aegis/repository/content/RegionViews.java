package io.aegis.repository.content;

import io.aegis.repository.content.FileMap.Region;
import io.aegis.repository.pack.PackFrames;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The maps of the regions that were read last, about 70 KiB each, so that the next read of the same
 * region is one ranged read. Safe for use by many threads.
 */
public final class RegionViews {
  private static final int KEPT = 64;

  private final Map<Region, RegionView> kept = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Region, RegionView> eldest) {
      return size() > KEPT;
    }
  };

  RegionView get(Region region, PackFrames frames) {
    synchronized (kept) {
      var known = kept.get(region);
      if (known != null) {
        return known;
      }
    }
    var fresh = RegionView.load(region, frames);
    synchronized (kept) {
      kept.put(region, fresh);
    }
    return fresh;
  }
}
