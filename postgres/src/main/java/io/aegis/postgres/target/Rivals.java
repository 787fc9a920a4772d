package io.aegis.postgres.target;

import static io.aegis.postgres.PostgresCode.TARGET_AMBIGUOUS;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.kernel.ShellWord;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Moments.Among;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Resolution.PlannedTarget;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Target;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.Lineage.Passage;
import io.aegis.postgres.target.Branches.Known;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From which branch a moment is taken that more than one can give: never from one of them in
 * silence where they differ (rule R15).
 *
 * <p>A moment by time belongs to the life that was led then. Between the position at which a
 * recovery left the old log and the claim of the new life, time went by on the old one; the new
 * one's log only says that nothing is there.
 */
final class Rivals {
  private final List<Known> newestFirst;
  private final List<BaseBackup> bases;
  private final Target target;

  Rivals(List<Known> newestFirst, List<BaseBackup> bases, Target target) {
    this.newestFirst = newestFirst;
    this.bases = bases;
    this.target = target;
  }

  /** The branch that has the latest moment, if snapshots are there and none leads to it. */
  static Optional<Known> newestOutOfReach(List<Known> newestFirst, List<BaseBackup> bases) {
    return newestFirst.stream()
        .filter(known -> known.isLed() || isReached(known, bases))
        .findFirst()
        .filter(known -> !bases.isEmpty() && !isReached(known, bases));
  }

  private static boolean isReached(Known known, List<BaseBackup> bases) {
    return !new BranchTargets(known.log(), bases).isEmpty();
  }

  private record Answer(Known known, Resolution resolution) {
    Optional<PlannedTarget> plan() {
      return resolution instanceof Resolution.Present(var plan)
          ? Optional.of(plan)
          : Optional.empty();
    }
  }

  /**
   * The answer of the branch that holds the target, or else of the newest one; none if no branch
   * can serve any.
   *
   * @throws Refused if several hold it, with different answers
   */
  Optional<Resolution> resolve() {
    var answers = answers();
    var held = held(answers);
    if (held.size() > 1) {
      throw ambiguous(held);
    }
    return Stream.concat(held.stream(), answers.stream()).findFirst().map(Answer::resolution);
  }

  private List<Answer> answers() {
    var answers = new ArrayList<Answer>();
    for (var known : newestFirst) {
      if (answers.stream().noneMatch(answer -> settles(answer, known))) {
        unlessDamaged(known, answers).ifPresent(answers::add);
      }
    }
    return answers;
  }

  /** Those that are there and differ. */
  private static List<Answer> held(List<Answer> answers) {
    var held = new ArrayList<Answer>();
    for (var answer : answers) {
      if (answer.plan().isPresent() && held.stream().noneMatch(other -> same(answer, other))) {
        held.add(answer);
      }
    }
    return held;
  }

  /** What is damaged holds nothing that could be chosen instead of what was found. */
  private Optional<Answer> unlessDamaged(Known known, List<Answer> answers) {
    try {
      return answerOf(known);
    } catch (Damaged damaged) {
      if (answers.stream().noneMatch(answer -> answer.plan().isPresent())) {
        throw damaged;
      }
      return Optional.empty();
    }
  }

  private Optional<Answer> answerOf(Known known) {
    var targets = new BranchTargets(known.log(), bases);
    if (targets.isEmpty()) {
      return target instanceof Target.Latest && known.isLed() && !bases.isEmpty()
          ? Optional.of(new Answer(known, withoutSnapshot(known)))
          : Optional.empty();
    }
    var answer = new Answer(known, targets.resolve(target));
    if (!(target instanceof Target.AtTime(var time))) {
      return Optional.of(answer);
    }
    return isBeforeItsClaim(known, time)
        ? ofTheLifeThatWasLeft(answer, time).or(() -> Optional.of(answer))
        : Optional.of(denied(answer, time));
  }

  /** The same, unless commits of the life that was left would be missing in it. */
  private Answer denied(Answer answer, Instant time) {
    return answer
        .plan()
        .flatMap(plan -> BothLed.missed(time, answer.known(), plan, newestFirst))
        .map(left -> new Answer(
            answer.known(),
            new Resolution.NoData(
                "incarnation " + answer.known().branch().incarnation() + " did nothing of its own"
                    + " until then, and the one it left took commits behind its claim: one of the"
                    + " clocks is wrong, or both were led" + ownWay(left) + ownWay(answer.known()),
                new Edge.Nothing(),
                new Edge.Nothing())))
        .orElse(answer);
  }

  /** The latest moment is that of the newest branch, or of none; never an older one's. */
  private Resolution withoutSnapshot(Known newest) {
    return new Resolution.NoData(
        "the newest log, of " + newest.branch().words() + ", is durable to "
            + newest.log().tip().durable()
            + ", and no snapshot leads there (aegis backup makes one, if that server runs"
            + byName(newest) + ")",
        new Edge.Nothing(),
        new Edge.Nothing());
  }

  /** What an older branch holds is had by its name, never in silence. */
  private String byName(Known newest) {
    return newestFirst.stream()
        .filter(known -> !known.equals(newest))
        .filter(known -> isReached(known, bases))
        .findFirst()
        .map(known -> "; what " + known.branch().words() + " has is recovered by --to latest"
            + options(known.branch()))
        .orElse("");
  }

  private String options(Branch branch) {
    var life = branch.incarnation();
    boolean alone = newestFirst.stream()
            .filter(known -> known.branch().incarnation().equals(life))
            .count()
        == 1;
    return new Among(Optional.of(life), alone ? Optional.empty() : Optional.of(branch.timeline()))
        .options();
  }

  private static boolean isBeforeItsClaim(Known known, Instant time) {
    return known.claim().origin() instanceof Origin.Fork
        && time.isBefore(known.claim().claimed());
  }

  /**
   * Nothing if both lives give the same answer anyway, and the one that was left was led by then;
   * or if that life's log ends where it was left: then nothing happened until the claim.
   */
  private Optional<Answer> ofTheLifeThatWasLeft(Answer answer, Instant time) {
    var known = answer.known();
    for (var passage : known.log().lineage().passages().reversed()) {
      if (!passage.incarnation().equals(known.branch().incarnation())) {
        return newestFirst.stream()
            .filter(left -> left.isOn(passage.incarnation(), passage.timeline()))
            .filter(left -> answer
                .plan()
                .filter(plan -> !isShared(plan, passage) || isBeforeItsClaim(left, time))
                .isPresent())
            .findFirst()
            .flatMap(left -> untoldBetween(left, known, time)
                .map(between -> asOver(between, Optional.of(left)))
                .or(() -> answerOf(left)
                    .filter(earlier -> earlier.plan().isPresent() || goesOn(left, passage))
                    .map(told -> asOver(told, answer.plan().map(_ -> known)))));
      }
    }
    return Optional.empty();
  }

  /**
   * That of a life which was led then, between two that came from each other, if it does not tell
   * of that time: the earlier one had been left by then, and tells nothing of the database.
   */
  private Optional<Answer> untoldBetween(Known left, Known heir, Instant time) {
    return newestFirst.stream()
        .filter(known -> known.isLed() && known.root().equals(heir.root()))
        .filter(known -> !heir.cameBy(known.branch().incarnation()))
        .filter(known -> known.claim().claimed().isAfter(left.claim().claimed())
            && !time.isBefore(known.claim().claimed()))
        .findFirst()
        .flatMap(this::answerOf)
        .filter(answer -> answer.plan().isEmpty());
  }

  /** What a life does not tell that was left will not be told any more. */
  private static Answer asOver(Answer left, Optional<Known> other) {
    return left.resolution() instanceof Resolution.Future future
        ? new Answer(
            left.known(),
            new Resolution.NoData(
                "incarnation " + left.known().branch().incarnation() + " was led then, and left by"
                    + " a recovery since; nothing tells what was committed after "
                    + future.knownUntil() + other.map(Rivals::ownWay).orElse(""),
                future.lastCommit(),
                new Edge.Nothing()))
        : left;
  }

  /** Claims may have been made by a clock that was ahead: what one holds is had by its name. */
  private static String ownWay(Known other) {
    var life = other.branch().incarnation();
    return "; what incarnation " + life + " tells of that time is had by --incarnation " + life;
  }

  /** Where nothing tells whether it does, it may. */
  private static boolean goesOn(Known left, Passage passage) {
    if (left.mark().isEmpty()) {
      return left.log().tip().end().isAfter(passage.end());
    }
    try {
      return left.lastCommitBehind(passage.end()).isPresent();
    } catch (Damaged e) {
      return true;
    }
  }

  /** Whether there is no need to ask {@code other} any more. */
  private boolean settles(Answer answer, Known other) {
    var plan = answer.plan();
    if (target instanceof Target.Latest) {
      return true; // that of the newest branch alone, or of none
    }
    if (plan.isEmpty()) {
      return isOver(answer, other);
    }
    return switch (target) {
      case Target.AtSnapshot _, Target.Latest _ -> true;
      case Target.AtTime(var time) ->
        passage(answer, other)
            .filter(passage -> !BothLed.isKnownAt(time, answer.known(), other, passage))
            .isPresent();
      case Target.AtLsn _, Target.AtTransaction _, Target.AtRestorePoint _ ->
        passage(answer, other).filter(passage -> isShared(plan.get(), passage)).isPresent();
    };
  }

  /**
   * Whether a life, or a timeline, was over by then that another one left: what it may have written
   * since, or leave unwritten, tells nothing of the database, even where the heir cannot answer.
   */
  private boolean isOver(Answer heir, Known left) {
    if (!(target instanceof Target.AtTime(var time))
        || !heir.known().isLed()
        || passage(heir, left).isEmpty()) {
      return false;
    }
    return left.branch().incarnation().equals(heir.known().branch().incarnation())
        ? !(heir.resolution() instanceof Resolution.Past)
        : heir.known().claim().origin() instanceof Origin.Fork
            && !isBeforeItsClaim(heir.known(), time);
  }

  /** Where the branch of that answer came by another one, or ended up on it. */
  private static Optional<Passage> passage(Answer answer, Known other) {
    return answer
        .known()
        .log()
        .lineage()
        .passage(other.branch().incarnation(), other.branch().timeline());
  }

  /** Whether the answer is the same on the branch that was left at the end of that passage. */
  private boolean isShared(PlannedTarget plan, Passage passage) {
    return switch (target) {
      case Target.AtLsn(var lsn) -> !lsn.isAfter(passage.end());
      case Target.AtTime _ ->
        plan.firstExcluded()
            .commit()
            .filter(commit -> commit.start().isBefore(passage.end()))
            .isPresent();
      case Target.AtTransaction _, Target.AtRestorePoint _, Target.AtSnapshot _, Target.Latest _ ->
        !plan.replayEnd().isAfter(passage.end());
    };
  }

  /** The same transactions, wherever replay stops behind the last of them. */
  private static boolean same(Answer one, Answer other) {
    return one.plan()
        .map(PlannedTarget::lastIncluded)
        .equals(other.plan().map(PlannedTarget::lastIncluded));
  }

  private Refused ambiguous(List<Answer> held) {
    var ways = held.stream().skip(1).map(this::way).toArray(String[]::new);
    return new Refused(Report.of(
            TARGET_AMBIGUOUS, target.text() + " is another moment on each of several branches")
        .why(held.stream().map(Rivals::words).collect(Collectors.joining("; ")))
        .safe("nothing was copied")
        .next(way(held.getFirst()), ways));
  }

  private static String words(Answer answer) {
    var branch = answer.known().branch();
    return "on " + branch.words() + " "
        + answer.plan().map(PlannedTarget::lastIncluded).map(Rivals::words).orElse("nothing");
  }

  private static String words(Edge last) {
    return switch (last) {
      case Edge.Commit commit -> "the last transaction is " + commit.xid() + " of " + commit.time();
      case Edge.SnapshotEnd end -> "it is the end of a snapshot, at " + end.time();
      case Edge.Nothing() -> "there is no transaction";
    };
  }

  /** Something to type that leads to this answer and to no other; each is tried. */
  private String way(Answer answer) {
    var plan = answer.plan().orElseThrow();
    Stream<Target> ways = plan.lastIncluded() instanceof Edge.Commit commit
        ? Stream.of(new Target.AtTime(commit.time()), new Target.AtTransaction(commit.xid()))
        : Stream.of(new Target.AtSnapshot(plan.base().id()));
    String whose = "    (incarnation " + answer.known().branch().incarnation() + ")";
    return ways.filter(way -> leadsTo(newestFirst, way, plan.lastIncluded()))
        .findFirst()
        .map(way -> "aegis plan --to " + ShellWord.of(way.text()) + whose)
        .orElseGet(() -> wayByName(answer, plan.lastIncluded()));
  }

  private String wayByName(Answer answer, Edge last) {
    var branch = answer.known().branch();
    var life = Optional.of(branch.incarnation());
    return Stream.of(
            new Among(life, Optional.empty()), new Among(life, Optional.of(branch.timeline())))
        .filter(among -> leadsTo(
            newestFirst.stream().filter(known -> among.holds(known.branch())).toList(),
            target,
            last))
        .findFirst()
        .map(among -> "aegis plan --to " + ShellWord.of(target.text()) + among.options())
        .orElse("aegis points    (" + branch.words() + ")");
  }

  private boolean leadsTo(List<Known> among, Target way, Edge last) {
    try {
      var rivals = new Rivals(among, bases, way);
      var held = held(rivals.answers());
      return held.size() == 1
          && held.getFirst().plan().map(PlannedTarget::lastIncluded).equals(Optional.of(last));
    } catch (Damaged neither) {
      return false;
    }
  }
}
