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
    return checked(claim(first), system, segments);
  }

  private IncarnationClaim claim(IncarnationClaim wanted) {
    var known = archive.claim(wanted.id()); // of the two objects, either may be the one there is
    if (known.isEmpty()) {
      repository.records().putIfAbsent(WalNames.incarnation(wanted.id()), wanted.encode());
    }
    var claim = known.or(() -> archive.claim(wanted.id())).orElseThrow();
    archive.claimedOnce().forEach(this::complete); // former lives, too: nobody claims them again
    return claim;
  }

  private void complete(Incarnation life) {
    try {
      archive.claim(life).ifPresent(this::complete);
    } catch (Damaged neither) {
      // a check names it, and what needs it is refused; this life does not
    }
  }

  /**
   * Its writer may have been killed before it had written all three, or one may have been lost
   * since. The copy comes last: where both objects stand, the entry does, too.
   */
  private void complete(IncarnationClaim claim) {
    var key = WalNames.incarnation(claim.id());
    repository.records().putIfAbsent(key, claim.encode());
    if (!isRegistered(claim.id())) {
      repository
          .register()
          .append(Register.Kind.INCARNATION_CLAIMED, key, registered(claim.system()));
    }
    repository.records().putIfAbsent(WalNames.copy(claim.id()), claim.encode());
  }

  private boolean isRegistered(Incarnation life) {
    return repository.register().reading().entries().stream()
        .filter(entry -> entry.kind() == Register.Kind.INCARNATION_CLAIMED)
        .anyMatch(entry -> registered(entry).equals(life));
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
