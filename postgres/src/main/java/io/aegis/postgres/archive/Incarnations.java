package io.aegis.postgres.archive;

import static io.aegis.postgres.PostgresCode.HISTORY_DIVERGES;
import static io.aegis.postgres.PostgresCode.WRONG_CLUSTER;
import static java.time.temporal.ChronoUnit.SECONDS;

import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.wal.PgTime;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Register;
import io.aegis.repository.Repository;
import io.aegis.storage.ObjectKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Claims lives of clusters, each for one cluster only. A claim tells which life follows which, and
 * no recovery to the latest moment can do without it; so it is kept twice (rule R13).
 */
public final class Incarnations {
  private final Repository repository;
  private final WalArchive archive;
  private final TimeSource time;

  public Incarnations(Repository repository, TimeSource time) {
    this.repository = repository;
    this.archive = new WalArchive(repository.records());
    this.time = time;
  }

  /**
   * A new life that leaves another one. Its name is random, chosen by the plan of the recovery, so
   * that two recoveries never meet; claiming it again is the same claim.
   *
   * @throws Refused if somebody else claimed that name
   */
  public IncarnationClaim claimFork(Incarnation id, IncarnationClaim parent, Origin.Fork origin) {
    var claimed = claim(
            new IncarnationClaim(id, parent.system(), parent.segments(), origin, time.now()))
        .own();
    if (claimed.origin().equals(origin)) {
      return checked(claimed, parent.system(), parent.segments());
    }
    throw new Refused(Report.of(WRONG_CLUSTER, "incarnation " + id + " is that of another recovery")
        .why("it leaves its parent at another point")
        .safe("nothing was stored")
        .next("compute a new plan: aegis plan"));
  }

  /**
   * The life that a running cluster says it leads. A name that this repository does not know begins
   * here, without a parent: whatever the cluster wrote before lies elsewhere, if anywhere.
   *
   * @throws Refused if another cluster claimed it, or a recovery left it ({@link #requireNotLeft})
   */
  public IncarnationClaim of(Incarnation id, SystemIdentifier system, SegmentSize segments) {
    var first = new IncarnationClaim(id, system, segments, new Origin.Root(), time.now());
    var claimed = claim(first);
    var own = checked(claimed.own(), system, segments);
    requireNotLeft(id, claimed.lives());
    return own;
  }

  /**
   * A life that a recovery left for another one takes no more log once that other one has some of
   * its own: two would be protected as one database, and the latest moment would be that of
   * whichever clock is ahead. So it is of a life beside which a later recovery began another one. A
   * claim alone is not enough; that recovery may have been given up.
   *
   * @throws Refused if it was left
   */
  public void requireNotLeft(Incarnation id) {
    requireNotLeft(id, archive.claimed());
  }

  private void requireNotLeft(Incarnation id, Set<Incarnation> lives) {
    var claims = archive.legible(lives);
    var way = wayTo(id, claims);
    var order = IncarnationClaim.order(claims, repository.register());
    claims.stream()
        .flatMap(claim -> claim.fork().map(origin -> new Forked(claim, origin)).stream())
        .filter(fork ->
            fork.origin().parent().equals(id) || leavesBeside(fork.claim(), way, claims, order))
        .filter(fork -> isLed(fork.claim(), fork.origin(), claims))
        .max(Comparator.comparing(Forked::claim, order))
        .ifPresent(fork -> {
          throw left(id, fork);
        });
  }

  /** A life that left another one, and how. */
  private record Forked(IncarnationClaim claim, Origin.Fork origin) {}

  /** Of two that left the same one, by their claims. */
  private static boolean leavesBeside(
      IncarnationClaim fork,
      List<IncarnationClaim> way,
      List<IncarnationClaim> claims,
      Comparator<IncarnationClaim> order) {
    return !way.isEmpty() // nobody has claimed it yet, or its claim cannot be read
        && !way.contains(fork)
        && order.compare(fork, way.getFirst()) > 0
        && wayTo(fork.id(), claims).getLast().equals(way.getLast());
  }

  /** A life and those it came from, the first one last, as far as their claims can be read. */
  private static List<IncarnationClaim> wayTo(Incarnation id, List<IncarnationClaim> claims) {
    return claims.stream()
        .filter(claim -> claim.id().equals(id))
        .flatMap(claim -> Stream.concat(
            Stream.of(claim),
            claim.fork().stream().flatMap(fork -> wayTo(fork.parent(), claims).stream())))
        .toList();
  }

  /** Whether there is log of it behind its fork, or of a life that left it in turn. */
  private boolean isLed(IncarnationClaim life, Origin.Fork fork, List<IncarnationClaim> lives) {
    return archive.holdsBeyond(life, fork.at())
        || lives.stream()
            .anyMatch(next -> next.fork()
                .filter(from -> from.parent().equals(life.id()) && isLed(next, from, lives))
                .isPresent());
  }

  private static Refused left(Incarnation id, Forked fork) {
    var heir = fork.claim();
    return new Refused(
        Report.of(HISTORY_DIVERGES, "incarnation " + id + " of this server was left by a recovery")
            .why("the recovery of " + heir.claimed().truncatedTo(SECONDS) + " left "
                + (fork.origin().parent().equals(id)
                    ? "it"
                    : "incarnation " + fork.origin().parent())
                + " at " + fork.origin().at() + " for incarnation " + heir.id()
                + ", which is protected since")
            .safe("nothing of this server was stored; what is stored stays as it is")
            .next("stop this server, if it is the old one", WalFiling.NEW_LIFE));
  }

  /** A claim, and the lives that are claimed beside it. */
  private record Claimed(IncarnationClaim own, Set<Incarnation> lives) {}

  private Claimed claim(IncarnationClaim wanted) {
    var known = archive.claim(wanted.id()); // of the two objects, either may be the one there is
    if (known.isEmpty()) {
      repository.records().putIfAbsent(WalNames.incarnation(wanted.id()), wanted.encode());
    }
    var claim = known.or(() -> archive.claim(wanted.id())).orElseThrow();
    var lives = archive.claimedTwice();
    var once =
        lives.keySet().stream().filter(life -> !lives.getOrDefault(life, false)).toList();
    archive.legible(once).forEach(this::complete); // former lives, too: nobody claims them again
    return new Claimed(claim, lives.keySet());
  }

  /**
   * Its writer may have been killed before it had written all three, or one may have been lost
   * since. The copy comes last: where both objects stand, the entry does, too.
   */
  private void complete(IncarnationClaim claim) {
    var key = WalNames.incarnation(claim.id());
    repository.records().putIfAbsent(key, claim.encode());
    registerOnce(Register.Kind.INCARNATION_CLAIMED, key, registered(claim.system()));
    repository.records().putIfAbsent(WalNames.copy(claim.id()), claim.encode());
  }

  /**
   * Notes that a component's server leads that life, for as long as the life is stored: whose log
   * it is, is told by it (rule R16). Nothing is taken back, so a life can be that of several. The
   * register says it first: a note that is lost is then missed by a check, and readers know it all
   * the same.
   */
  public void streamedFor(ComponentName component, Incarnation life) {
    var note = WalNames.streamedFor(component, life);
    if (isThere(note)) {
      return;
    }
    registerOnce(Register.Kind.LIFE_STREAMED, note, "for " + component);
    repository.records().putIfAbsent(note, streamedSince(time.now()));
  }

  /** Its name is all that is asked for, so one that cannot be read will do. */
  private boolean isThere(ObjectKey note) {
    try {
      return repository.records().find(note).isPresent();
    } catch (Damaged damaged) {
      return true;
    }
  }

  /** What stands there; only the name is ever read. */
  static byte[] streamedSince(Instant when) {
    return new ByteWriter().u8(1).signedVarint(PgTime.ofInstant(when)).toByteArray();
  }

  /**
   * The components for which each life was streamed, by the notes and by the register; of those
   * streamed by earlier builds none.
   */
  public static Map<Incarnation, Set<ComponentName>> streamed(Repository repository) {
    var notes = new LinkedHashSet<ObjectKey>();
    repository.records().list(WalNames.COMPONENTS, stat -> notes.add(stat.key()));
    repository.register().reading().entries().stream()
        .filter(entry -> entry.kind() == Register.Kind.LIFE_STREAMED)
        .map(Register.Entry::subject)
        .forEach(notes::add);
    var lives = new LinkedHashMap<Incarnation, Set<ComponentName>>();
    for (var note : notes) {
      WalNames.streamedLife(note)
          .ifPresent(life -> lives
              .computeIfAbsent(life, _ -> new LinkedHashSet<>())
              .add(new ComponentName(WalNames.last(note))));
    }
    return lives;
  }

  /** Its writer may have been killed right behind the entry, or the object been lost since. */
  private void registerOnce(Register.Kind kind, ObjectKey subject, String fact) {
    boolean known = repository.register().reading().entries().stream()
        .anyMatch(entry -> entry.kind() == kind && entry.subject().equals(subject));
    if (!known) {
      repository.register().append(kind, subject, fact);
    }
  }

  /** The life that an entry of the register speaks of. */
  public static Incarnation registered(Register.Entry entry) {
    return WalNames.claimedBy(entry.subject());
  }

  /** What the register says of a claim. */
  public static String registered(SystemIdentifier system) {
    return "of cluster " + system;
  }

  private static IncarnationClaim checked(
      IncarnationClaim claim, SystemIdentifier system, SegmentSize segments) {
    if (claim.system().equals(system) && claim.segments().equals(segments)) {
      return claim;
    }
    throw new Refused(
        Report.of(WRONG_CLUSTER, "incarnation " + claim.id() + " is that of another cluster")
            .why("it belongs to cluster " + claim.system() + " with segments of "
                + claim.segments().bytes() + " bytes; this one is " + system + " with "
                + segments.bytes())
            .safe("nothing was stored")
            .next("check the connection in aegis.yaml: it leads to another database"));
  }
}
