package io.aegis.postgres.target;

import static io.aegis.postgres.PostgresCode.WAL_MISSING;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Target;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.target.Branches.Known;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Whether it is certain which branch is the newest, and so which moment the latest one is: a wrong
 * answer would be an older life's moment, taken for the latest (rules R12 and R15).
 *
 * @param newestFirst as they follow each other if everything that was read is true
 */
record Certainty(
    List<Known> newestFirst,
    Comparator<IncarnationClaim> order,
    List<BaseBackup> bases,
    LostClaims lost) {
  /** Why a target is refused, whatever holds it; empty if the order is as certain as it needs. */
  Optional<Failure> doubt(Target target) {
    return switch (target) {
      case Target.AtSnapshot _ -> Optional.empty();
      case Target.Latest _ ->
        Stream.<Supplier<Stream<? extends Failure>>>of(
                this::ofOrder,
                lost.damage()::stream,
                this::gone,
                () -> Witnesses.doubt(newestFirst, order).stream())
            .flatMap(Supplier::get)
            .<Failure>map(failure -> failure)
            .findFirst();
      case Target.AtTime _, Target.AtLsn _, Target.AtTransaction _, Target.AtRestorePoint _ ->
        ofOrder().<Failure>map(failure -> failure).findFirst();
    };
  }

  /** A name alone proves nothing: it must not lead to another branch than what can be read. */
  private Stream<Damaged> ofOrder() {
    var certain =
        new Succession(newestFirst, order, Known::surelyActive, Known::isSurelyLed).newestFirst();
    var damagedMarks = certain.equals(newestFirst)
        ? Stream.<Damaged>empty()
        : newestFirst.stream().flatMap(known -> known.marks().damage().stream());
    var unmarked = newestFirst.size() > 1 ? unmarked() : Stream.<Damaged>empty();
    return Stream.concat(damagedMarks, unmarked);
  }

  /** Branches of which nobody can tell any more when they were last written to. */
  private Stream<Damaged> unmarked() {
    return newestFirst.stream()
        .filter(known -> known.lostItsMarks(bases))
        .map(known -> new Damaged(Report.of(
                WAL_MISSING,
                "no mark says how far the log of " + known.branch().words() + " reached")
            .why("one was there once; whether log is missing at its end, and whether it is the"
                + " newest, cannot be told")
            .safe("nothing was copied")
            .next("bring the marks back from a copy or an older version in the store, or recover"
                + " to a snapshot: aegis points")));
  }

  /**
   * Branches of which there is a snapshot, and nothing that was streamed. What another life, or
   * another timeline, has left and gone on from is not the newest in any case.
   */
  private Stream<Damaged> gone() {
    return newestFirst.isEmpty()
        ? Stream.empty()
        : bases.stream()
            .map(base -> new Branch(base.incarnation(), base.timeline()))
            .distinct()
            .filter(branch -> newestFirst.stream().noneMatch(known -> isOrFollows(known, branch)))
            .map(branch -> new Damaged(
                Report.of(WAL_MISSING, "nothing of the log of " + branch.words() + " is there")
                    .why("a snapshot was taken of it; whether it is the newest, and what was"
                        + " committed in it, cannot be told")
                    .safe("nothing was copied")
                    .next("bring its log back from a copy or an older version in the store; else"
                        + " name a moment: aegis points")));
  }

  private static boolean isOrFollows(Known known, Branch branch) {
    var life = branch.incarnation();
    boolean wentOn = known.branch().incarnation().equals(life)
        ? known.log().lineage().passage(life, branch.timeline()).isPresent()
        : known.cameBy(life);
    return known.branch().equals(branch) || known.isLed() && wentOn;
  }

  /** What is missing or cannot be told, and keeps no moment but the latest from being found. */
  Stream<String> warnings() {
    var notThere = Stream.of(unmarked(), lost.damage().stream(), gone())
        .flatMap(damage -> damage)
        .map(damage -> damage.report().headline() + " (aegis repo check)");
    var doubt = Witnesses.doubt(newestFirst, order).stream()
        .map(refusal -> refusal.report().headline()
            + ": the latest moment is refused without --incarnation (aegis points)");
    return Stream.concat(notThere, doubt);
  }
}
