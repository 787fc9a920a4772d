package io.aegis.postgres.restore;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * Leaves a half-done restore with the directory of a key that denies writing to its owner, as it is
 * from before the last sync on; then clears it away for another restore, and takes that one back.
 */
final class ReadOnlyRemains {
  private ReadOnlyRemains() {}

  public static void main(String[] home) throws IOException {
    var target = Path.of(home[0]).toRealPath().resolve("restored");
    claim(target, "first");
    leaveReadOnly(target);
    claim(target, "second");
    if (Files.exists(target.resolve("certs"))) {
      throw new IllegalStateException("what the first one left is still there");
    }
    leaveReadOnly(target);
    requireFailure(target, new RestoredCluster(goal(target, "second")));
    new RestoredCluster(goal(target, "second")).discard();
    try (var left = Files.list(target)) {
      if (left.findAny().isPresent()) {
        throw new IllegalStateException("what was taken back is still there");
      }
    }
    System.out.println("cleared away and taken back");
  }

  /** What its own account cannot read cannot be cleared, and stays marked. */
  private static void requireFailure(Path target, RestoredCluster cluster) throws IOException {
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("-wx------"));
    try {
      cluster.discard();
      throw new IllegalStateException("what cannot be read was taken back");
    } catch (Unavailable e) {
      boolean named = e.code().equals(PostgresCode.RESTORE_INTERRUPTED)
          && e.report().what().contains(target.toString());
      if (!named || cluster.stage() != RestoredCluster.Stage.HALF_COPIED) {
        throw e;
      }
    }
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
  }

  private static void claim(Path target, String incarnation) {
    try {
      new TargetDirectory(goal(target, incarnation)).claim("");
    } catch (IOException e) {
      throw new IllegalStateException(incarnation + " could not claim " + target, e);
    }
  }

  private static Goal goal(Path target, String incarnation) {
    return new Goal(
        target,
        Map.of(),
        new Incarnation(incarnation),
        Lsn.parse("0/3000028"),
        Stop.AFTER,
        new Timeline(1));
  }

  private static void leaveReadOnly(Path target) throws IOException {
    var inner = Files.createDirectories(target.resolve("certs/in"));
    for (var directory : new Path[] {inner, inner.resolveSibling(".").normalize()}) {
      var key = Files.writeString(directory.resolve("key"), "secret");
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));
    }
  }
}
