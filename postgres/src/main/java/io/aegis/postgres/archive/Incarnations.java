package io.aegis.postgres.archive;

import static io.aegis.postgres.PostgresCode.WRONG_CLUSTER;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.Register;
import io.aegis.repository.Repository;
import io.aegis.storage.PutOutcome;

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
    var claimed =
        claim(new IncarnationClaim(id, parent.system(), parent.segments(), origin, time.now()));
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
   * @throws Refused if another cluster claimed it
   */
  public IncarnationClaim of(Incarnation id, SystemIdentifier system, SegmentSize segments) {
    var first = new IncarnationClaim(id, system, segments, new Origin.Root(), time.now());
    var claimed = checked(claim(first), system, segments);
    // Former lives, too: nobody claims them again.
    archive.claimed().stream().filter(life -> !life.equals(id)).forEach(this::keepTwice);
    return claimed;
  }

  private void keepTwice(Incarnation life) {
    try {
      archive.claim(life).ifPresent(this::keptTwice);
    } catch (Damaged neither) {
      // a check names it, and what needs it is refused; this life does not
    }
  }

  private IncarnationClaim claim(IncarnationClaim wanted) {
    var key = WalNames.incarnation(wanted.id());
    var known = archive.claim(wanted.id()); // of the two objects, either may be the one there is
    if (known.isEmpty()
        && repository.records().putIfAbsent(key, wanted.encode()) == PutOutcome.CREATED) {
      repository
          .register()
          .append(Register.Kind.INCARNATION_CLAIMED, key, registered(wanted.system()));
    }
    return keptTwice(known.or(() -> archive.claim(wanted.id())).orElseThrow());
  }

  /** Its writer may have been killed between the two, or one may have been lost since. */
  private IncarnationClaim keptTwice(IncarnationClaim claim) {
    repository.records().putIfAbsent(WalNames.incarnation(claim.id()), claim.encode());
    repository.records().putIfAbsent(WalNames.copy(claim.id()), claim.encode());
    return claim;
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
