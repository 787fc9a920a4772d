package io.aegis.repository.content;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.repository.content.FileMap.Region;
import io.aegis.repository.content.Fingerprints.Fingerprint;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.FrameType;
import io.aegis.repository.pack.PackFrames;
import io.aegis.repository.seal.Damage;
import java.util.Optional;

/** The opened maps of one region. Never changed; may be shared by threads. */
record RegionView(Region region, BasePage base, DeltaPage delta) {

  /**
   * @throws io.aegis.kernel.Failure.Damaged if a map is not authentic
   */
  static RegionView load(Region region, PackFrames frames) {
    try {
      var base = BasePage.decode(frames.read(region.base(), FrameType.BASE_MAP));
      var delta = region.delta().isPresent()
          ? DeltaPage.decode(frames.read(region.delta().get().map(), FrameType.DELTA_MAP))
          : DeltaPage.EMPTY;
      return new RegionView(region, base, delta);
    } catch (Malformed e) {
      throw Damage.of(region.base().pack().key(), e);
    }
  }

  /** The fingerprint of a frame as it now reads, if it is known. */
  Optional<Fingerprint> fingerprint(int frame) {
    if (delta.marked(frame)) {
      return delta.fingerprint(frame);
    }
    return frame < base.frames() ? Optional.of(base.fingerprint(frame)) : Optional.empty();
  }

  /** The base's frame, or nothing where it holds zeros or has ended. */
  Optional<FrameRef> baseFrame(int frame) {
    return frame < base.frames() ? base.frame(frame) : Optional.empty();
  }
}
