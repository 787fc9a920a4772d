package io.aegis.postgres.target;

import static io.aegis.postgres.PostgresCode.WAL_MISSING;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.repository.Register;
import io.aegis.storage.ObjectKey;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Claims that the register names and that are not there, nor are their copies. Their branches are
 * not seen, and any of them may be the one that was written to last (rule R12). What a broken
 * register no longer says is warned of where the repository is opened.
 */
final class LostClaims {
  private final WalArchive archive;
  private final Register register;
  private final List<BaseBackup> bases;
  private @Nullable List<Damaged> found;

  LostClaims(WalArchive archive, Register register, List<BaseBackup> bases) {
    this.archive = archive;
    this.register = register;
    this.bases = bases;
  }

  /** One for each. Asked for a second time, the answer is the first one: a listing costs. */
  List<Damaged> damage() {
    if (found == null) {
      found = find();
    }
    return found;
  }

  /** The register is read first, so that a claim made meanwhile is not missed. */
  private List<Damaged> find() {
    var facts = bases.stream()
        .map(base -> Incarnations.registered(base.system()))
        .collect(Collectors.toSet());
    var registered = register.reading().entries();
    var there = archive.claimed();
    return registered.stream()
        .filter(entry -> entry.kind() == Register.Kind.INCARNATION_CLAIMED)
        .filter(entry -> facts.isEmpty() || facts.contains(entry.fact()))
        .filter(entry -> !there.contains(Incarnations.registered(entry)))
        .map(Register.Entry::subject)
        .distinct()
        .map(LostClaims::lost)
        .toList();
  }

  private static Damaged lost(ObjectKey subject) {
    return new Damaged(Report.of(WAL_MISSING, subject + " was registered and is not there")
        .why("the log of that incarnation is not seen, and its last moment may be the latest one")
        .safe("nothing was copied")
        .next("bring the object back from a copy or an older version in the store; else name a"
            + " moment: aegis points"));
  }
}
