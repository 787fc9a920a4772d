package io.aegis.storage.directory;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.storage.Location;
import io.aegis.storage.StorageCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The directory a store lives in, and whether it is still the same one. When a file system is
 * unmounted, the empty directory beneath it appears in its place: objects would seem lost, and new
 * ones would be written to the wrong disk.
 */
final class Root {
  private final Path path;
  private final Location location;
  private final AtomicReference<@Nullable Object> identity = new AtomicReference<>();

  Root(Path path, Location location) {
    this.path = path;
    this.location = location;
  }

  Path path() {
    return path;
  }

  /** Fails if the directory was seen before and is another one now, or is gone. */
  void confirm() {
    // In this order: what another thread makes and remembers after we looked is not a change.
    var before = identity.get();
    var now = identityNow();
    if (before == null) {
      identity.compareAndSet(null, now);
    } else if (!before.equals(now)) {
      throw new Failure.Unavailable(Report.of(
              StorageCode.STORE_ABSENT, location + " is not the directory it was before")
          .why("a file system was unmounted, or another one was mounted in its place")
          .safe("nothing was written; the objects are where they were, on the other file system")
          .next("findmnt --target " + path, "mount the file system again, then repeat"));
    }
  }

  private @Nullable Object identityNow() {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null; // not there; why does not matter, the operation itself will meet it
    }
  }
}
