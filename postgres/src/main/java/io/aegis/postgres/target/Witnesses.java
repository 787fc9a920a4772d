package io.aegis.postgres.target;

import static io.aegis.postgres.PostgresCode.TARGET_AMBIGUOUS;
import static io.aegis.postgres.archive.WalFiling.NEW_NAME;
import static java.time.temporal.ChronoUnit.SECONDS;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.target.Branches.Known;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which of two lives is the newer one that have nothing in common: no history tells it, and each
 * clock may be wrong.
 */
final class Witnesses {
  private Witnesses() {}

  /** Why the first of them may not be the newest, if it may not. */
  static Optional<Refused> doubt(List<Known> newestFirst, Comparator<IncarnationClaim> order) {
    return newestFirst.stream()
        .findFirst()
        .flatMap(
            newest -> rival(newest, newestFirst, order).map(other -> cannotBeTold(newest, other)));
  }

  /** One that has nothing in common with the newest, and may be newer. */
  private static Optional<Known> rival(
      Known newest, List<Known> all, Comparator<IncarnationClaim> order) {
    return all.stream()
        .filter(known -> known.isLed() && !known.root().equals(newest.root()))
        .filter(known -> !isSurelyNewer(newest, known, order))
        .findFirst();
  }

  /**
   * Where three witnesses agree: the order of their claims in the register, the clocks of who
   * streamed, and those of the servers. Clocks may be wrong, all at once, a heartbeat of an idle
   * server is no commit, and a mark that cannot be read may say anything. A stream that has come to
   * no mark counts as older.
   */
  private static boolean isSurelyNewer(Known one, Known other, Comparator<IncarnationClaim> order) {
    return other.marks().damage().isEmpty()
        && other
            .mark()
            .filter(before -> order.compare(one.claim(), other.claim()) <= 0
                || !written(one).isAfter(before.written())
                || !knownUntil(one).isAfter(before.knownUntil()))
            .isEmpty();
  }

  /** By the clock of who streams, as the claim is: it was begun, if nothing else is known of it. */
  private static Instant written(Known known) {
    return known.mark().map(DurableMark::written).orElse(known.claim().claimed());
  }

  private static Instant knownUntil(Known known) {
    return known.mark().map(DurableMark::knownUntil).orElse(known.claim().claimed());
  }

  private static Refused cannotBeTold(Known one, Known other) {
    return new Refused(
        Report.of(TARGET_AMBIGUOUS, "which of two lives is the newer one cannot be told")
            .why("they have nothing in common: " + words(one) + "; " + words(other)
                + "; these times are by several clocks, and do not agree with each other, or not"
                + " with the order in which the register has the two")
            .safe("nothing was copied")
            .next(
                "aegis plan --to latest --incarnation " + one.branch().incarnation(),
                "aegis plan --to latest --incarnation " + other.branch().incarnation(),
                "to settle it for good, once only one of them goes on: " + NEW_NAME
                    + " that server, aegis wal stream anew, aegis backup"));
  }

  private static String words(Known known) {
    return known.branch().words() + " began at " + known.claim().claimed().truncatedTo(SECONDS)
        + known
            .mark()
            .map(mark -> ", was streamed last at " + mark.written().truncatedTo(SECONDS)
                + (mark.knownUntil().equals(DurableMark.NEVER)
                    ? ""
                    : ", and is known until " + mark.knownUntil().truncatedTo(SECONDS)))
            .orElse("")
        + (known.marks().damage().isPresent() ? "; its newest mark cannot be read" : "");
  }
}
