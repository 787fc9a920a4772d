package io.aegis.e2e.ledger;

import java.util.List;
import java.util.Random;

/**
 * What happens in one run; follows from the seed. As many seeds in a row as there are versions take
 * each version, and as many as there are kinds of targets take each of these.
 *
 * @param pauses milliseconds: before the backup, after it, after the interlude, in the loss
 */
public record Script(
    long seed,
    int major,
    Interlude interlude,
    Loss loss,
    Kind target,
    boolean secondBackup,
    List<Integer> pauses) {
  private static final List<Integer> MAJORS = List.of(15, 17, 18);

  /** What goes wrong before everything is lost. */
  public enum Interlude {
    NOTHING,
    STREAM_KILLED,
    SERVER_CRASHED,
    SERVER_RESTARTED,
    BOTH_KILLED
  }

  /** What dies first in the end. */
  public enum Loss {
    SERVER,
    STREAM,
    SERVER_THEN_STREAM_AT_ONCE
  }

  /** Which kind of moment is wanted. */
  public enum Kind {
    LATEST,
    TIME,
    POSITION,
    TRANSACTION,
    TIME_OF_A_COMMIT,
    RESTORE_POINT,
    END_OF_A_COMMIT,
    SNAPSHOT
  }

  public static Script of(long seed) {
    var random = new Random(seed);
    return new Script(
        seed,
        MAJORS.get((int) Math.floorMod(seed, (long) MAJORS.size())),
        any(Interlude.values(), random),
        any(Loss.values(), random),
        Kind.values()[(int) Math.floorMod(seed, (long) Kind.values().length)],
        random.nextInt(3) == 0,
        random.ints(4, 0, 1500).boxed().toList());
  }

  private static <T> T any(T[] all, Random random) {
    return all[random.nextInt(all.length)];
  }

  @Override
  public String toString() {
    return "seed " + seed + ", PostgreSQL " + major + ", " + interlude + ", lost: " + loss + ", to "
        + target;
  }
}
