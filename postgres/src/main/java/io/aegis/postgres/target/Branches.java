package io.aegis.postgres.target;

import static io.aegis.postgres.PostgresCode.TARGET_WITHOUT_DATA;
import static java.time.temporal.ChronoUnit.SECONDS;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments.Among;
import io.aegis.postgres.Moments.LogStatus;
import io.aegis.postgres.Resolution;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.Target;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.Inventory;
import io.aegis.postgres.archive.LineageLog;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Register;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All histories that the repository holds log of, the newest first, as {@link Succession} says. */
public final class Branches {
  private final List<BaseBackup> bases;
  private final List<Known> newestFirst;
  private final List<IncarnationClaim> claims;
  private final Certainty certainty;
  private final Comparator<IncarnationClaim> order;
  private final Map<IncarnationClaim, Set<ComponentName>> others = new LinkedHashMap<>();

  /**
   * A branch, what one listing shows of it, and what its marks tell.
   *
   * @param claim that of its life
   */
  record Known(Branch branch, IncarnationClaim claim, LineageLog log, WalArchive.Marks marks) {
    boolean isOn(Incarnation incarnation, Timeline timeline) {
      return branch.equals(new Branch(incarnation, timeline));
    }

    /** Where it left the branch before; the beginning of the log for the first one. */
    Lsn fork() {
      return log.lineage().passages().getLast().begin();
    }

    /** The life that all began with, as far as it is known. */
    Incarnation root() {
      return log.lineage().passages().getFirst().incarnation();
    }

    /** Whether that life is one of those it came from, or its own. */
    boolean cameBy(Incarnation incarnation) {
      return log.lineage().passages().stream()
          .anyMatch(passage -> passage.incarnation().equals(incarnation));
    }

    /** Whether it has log of its own, by names alone. */
    boolean isLed() {
      return log.tip().end().isAfter(fork()) || log.tip().durable().isAfter(fork());
    }

    /** The same, by the newest mark that can be read. */
    boolean isSurelyLed() {
      return log.tip().end().isAfter(fork())
          || mark().filter(mark -> mark.durable().isAfter(fork())).isPresent();
    }

    Optional<DurableMark> mark() {
      return marks.newest();
    }

    /** Whether a mark was there once, and none is. */
    boolean lostItsMarks(List<BaseBackup> bases) {
      return log.tip()
          .lostItsMarks(
              bases.stream().anyMatch(base -> base.isOf(branch.incarnation(), branch.timeline())));
    }

    /** The last one on its own timeline; nothing without a mark. */
    Optional<Edge.Commit> lastCommitBehind(Lsn lsn) {
      return mark().flatMap(newest -> LastCommit.behind(lsn, newest, () -> log));
    }

    /**
     * When it was last streamed, by the clock of who streamed it, as its claim is; of a mark that
     * cannot be read the name has a time of its server's. That may be wrong by any amount.
     */
    Instant active() {
      return mark().map(DurableMark::written).orElseGet(log.tip()::active);
    }

    /** The same, by the newest mark that can be read. */
    Instant surelyActive() {
      return mark().map(DurableMark::written).orElse(Instant.MIN);
    }
  }

  /**
   * @param bases oldest first
   * @param owners whose the lives are; those of others alone are left out
   */
  public Branches(WalArchive archive, Register register, List<BaseBackup> bases, Owners owners) {
    this.bases = bases.stream().sorted(Comparator.comparing(BaseBackup::end)).toList();
    var inventories = new LinkedHashMap<Incarnation, Inventory>();
    this.claims = own(claims(archive, this.bases), owners);
    for (var claim : claims) {
      inventories.put(claim.id(), archive.inventory(claim));
    }
    var all = List.copyOf(inventories.values()).stream()
        .flatMap(inventory -> named(inventory)
            .map(branch -> known(inventory.claim(), LineageLog.of(archive, branch, inventories))))
        .toList();
    this.order = IncarnationClaim.order(claims, register);
    this.newestFirst = new Succession(all, order, Known::active, Known::isLed).newestFirst();
    var lost = new LostClaims(archive, register, this.bases);
    this.certainty = new Certainty(newestFirst, order, this.bases, lost);
  }

  /** Of the clusters that were backed up; of all where none was. */
  private static List<IncarnationClaim> claims(WalArchive archive, List<BaseBackup> bases) {
    var systems = bases.stream().map(BaseBackup::system).collect(Collectors.toSet());
    return archive.claims().stream()
        .filter(claim -> systems.isEmpty() || systems.contains(claim.system()))
        .toList();
  }

  /** Those that are or may be this component's; the others are kept by their owners' names. */
  private List<IncarnationClaim> own(List<IncarnationClaim> claimed, Owners owners) {
    var lives = owners.others(claimed, bases);
    claimed.forEach(claim -> Optional.ofNullable(lives.get(claim.id()))
        .ifPresent(components -> others.put(claim, components)));
    return claimed.stream().filter(claim -> !others.containsKey(claim)).toList();
  }

  private static Stream<Branch> named(Inventory inventory) {
    return inventory.timelines().keySet().stream()
        .map(timeline -> new Branch(inventory.claim().id(), timeline));
  }

  private static Known known(IncarnationClaim claim, LineageLog log) {
    return new Known(log.lineage().branch(), claim, log, log.marks());
  }

  public boolean isEmpty() {
    return newestFirst.isEmpty();
  }

  List<BaseBackup> bases() {
    return bases;
  }

  List<Known> newestFirst() {
    return newestFirst;
  }

  /**
   * The answer of the branch that holds the target, or else of the newest one. The latest moment is
   * that of the newest branch alone: another's would be an older one.
   *
   * @throws Damaged if which branch is the newest hangs on a mark that cannot be read or is not
   *     there, or, for the latest moment, on a claim that is not there
   * @throws Refused if several branches hold the target, with different answers
   */
  public Resolution resolve(Target target) {
    requireCertain(target);
    return new Rivals(newestFirst, bases, target).resolve().orElseGet(this::nothing);
  }

  /**
   * As those alone tell it. Where no life is named, one of them may have to be the newest.
   *
   * @throws Damaged as without a choice, if no life is named
   * @throws Refused if there are none
   */
  public Resolution resolve(Target target, Among among) {
    if (among.life().isEmpty()) {
      requireCertain(target);
    }
    var asked =
        newestFirst.stream().filter(known -> among.holds(known.branch())).toList();
    if (asked.isEmpty()) {
      throw new Refused(Report.of(TARGET_WITHOUT_DATA, "no log of this component is of " + among)
          .why(whose(among)
              .orElse(newestFirst.isEmpty() ? "there is log of none" : "there is log of " + all()))
          .safe("nothing was copied")
          .next("aegis points"));
    }
    return new Rivals(asked, bases, target)
        .resolve()
        .orElseGet(() -> new Resolution.NoData(
            "no snapshot leads to log of " + among, new Edge.Nothing(), new Edge.Nothing()));
  }

  private void requireCertain(Target target) {
    certainty.doubt(target).ifPresent(doubt -> {
      throw doubt;
    });
  }

  private Optional<String> whose(Among among) {
    return among
        .life()
        .flatMap(life -> others.entrySet().stream()
            .filter(other -> other.getKey().id().equals(life))
            .map(other -> "incarnation " + life + " is that of " + words(other.getValue())
                + ": ask with the aegis.yaml of that one")
            .findFirst());
  }

  private static String words(Set<ComponentName> components) {
    return components.stream()
        .map(component -> "component " + component)
        .collect(Collectors.joining(" and "));
  }

  private String all() {
    return newestFirst.stream()
        .map(Known::branch)
        .map(Branch::words)
        .collect(Collectors.joining(", "));
  }

  /** What cannot be read and does not stop a recovery. */
  public List<String> warnings() {
    var damagedMarks = newestFirst.stream()
        .flatMap(known -> known.marks().damage().stream().map(damage -> warning(known, damage)));
    return Stream.of(
            damagedMarks,
            certainty.warnings(),
            young(),
            silent(),
            moved(),
            new Revived(newestFirst, order).warnings())
        .flatMap(lines -> lines)
        .toList();
  }

  /** Most likely a stream that ended before its first mark; its marks may as well be lost. */
  private Stream<String> young() {
    return newestFirst.stream()
        .filter(known ->
            !known.equals(newestFirst.getFirst()) && known.log().tip().marks().isEmpty())
        .filter(known -> !known.log().tip().pieces().isEmpty())
        .filter(known -> !known.lostItsMarks(bases))
        .map(known -> "no mark says when " + known.branch().words()
            + " was written to: it counts as older than the others" + " (aegis repo check)");
  }

  /** The last recovery, if nothing has come of the life that it made, nor of another one since. */
  private Stream<String> silent() {
    return claims.stream().filter(claim -> claim.fork().isPresent()).max(order).stream()
        .filter(claim -> newestFirst.stream()
            .noneMatch(
                known -> known.claim().equals(claim) && !known.log().tip().isEmpty()
                    || known.active().isAfter(claim.claimed())))
        .map(claim -> "the recovery of " + claim.claimed().truncatedTo(SECONDS)
            + " made incarnation " + claim.id() + ", of which no log has arrived: if its server"
            + " serves now, nothing of what it took is protected, and the latest moment is another"
            + " life's (aegis wal stream)");
  }

  /** Others' lives that began when nothing came of this component's any more. */
  private Stream<String> moved() {
    var last = newestFirst.stream().map(Known::active).max(Comparator.naturalOrder());
    return others.entrySet().stream()
        .filter(other -> last.filter(other.getKey().claimed()::isAfter).isPresent())
        .map(other -> "incarnation " + other.getKey().id() + " of the same cluster is that of "
            + words(other.getValue()) + ", since " + other.getKey().claimed().truncatedTo(SECONDS)
            + ", and no log of this component has arrived after that: if that server took its"
            + " place, the latest moment is there, and told by the aegis.yaml of that one");
  }

  private static String warning(Known known, Damaged damage) {
    var tip = known.log().tip();
    return damage.report().headline() + ": how far timeline " + known.branch().timeline()
        + " was durable is told by its name alone, " + tip.durable() + ", and the log "
        + (tip.missingTail().isPresent() ? "ends before it, at " + tip.end() : "reaches it")
        + " (aegis repo check)";
  }

  /**
   * Why the latest moment would be refused, although older ones may be had; empty if it is certain
   * which branch is the newest, and a snapshot leads there. Reads no log.
   */
  public Optional<Report> whyLatestIsRefused() {
    return certainty
        .doubt(new Target.Latest())
        .map(Failure::report)
        .or(() -> Rivals.newestOutOfReach(newestFirst, bases)
            .map(newest -> Report.of(
                    TARGET_WITHOUT_DATA,
                    "no snapshot leads to the newest log, of " + newest.branch().words())
                .safe("what is stored of it")
                .next("aegis backup")));
  }

  private Resolution nothing() {
    String reason = bases.isEmpty()
        ? "no snapshot was taken yet"
        : "the log that the snapshots need is not in the repository";
    return new Resolution.NoData(reason, new Edge.Nothing(), new Edge.Nothing());
  }

  /** How far each is durable; those without a mark have nothing to say. */
  public List<LogStatus> status() {
    return newestFirst.stream()
        .flatMap(known -> known.mark().stream()
            .map(mark -> new LogStatus(known.branch(), mark.durable(), mark.knownUntil())))
        .toList();
  }

  /** The beginning of a branch's log that matters: where its oldest snapshot begins. */
  Lsn beginning(Known known) {
    return bases.stream()
        .filter(known.log().lineage()::carries)
        .map(BaseBackup::begin)
        .min(Comparator.naturalOrder())
        .orElse(Lsn.INVALID);
  }
}
