package io.aegis.recovery.execution;

import io.aegis.kernel.Failure;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.journal.History;
import io.aegis.recovery.journal.Names;
import io.aegis.recovery.state.Picture;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Records;
import io.aegis.repository.Register;
import io.aegis.storage.ObjectKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for executions of which something is missing (rule J6). No database is lost with them, but
 * the proof of what was done is, and an application may seem free that is not.
 */
final class ExecutionCheck {
  private static final String FROM_A_COPY =
      "bring the object back from a copy or an older version in the store";

  private final Records records;
  private final Register register;
  private final List<Finding> findings = new ArrayList<>();

  ExecutionCheck(Records records, Register register) {
    this.records = records;
    this.register = register;
  }

  List<Finding> run() {
    var claimed = claims();
    for (var entry : register.reading().entries()) {
      switch (entry.kind()) {
        case EXECUTION_STARTED -> started(entry, claimed);
        case EXECUTION_ENDED -> ended(entry);
        case SNAPSHOT_TAKEN,
            INCARNATION_CLAIMED,
            LIFE_STREAMED,
            WAL_GAP_DECLARED,
            KEY_SLOT_ADDED,
            KEY_SLOT_REMOVED -> {}
      }
    }
    return findings;
  }

  private Set<ExecutionId> claims() {
    var claimed = new HashSet<ExecutionId>();
    records.list(Names.claims(), stat -> {
      try {
        claimed.add(Claims.execution(records, stat.key()));
      } catch (Failure.Damaged damaged) {
        lost(stat.key(), damaged.report().headline(), "which execution had the application");
      }
    });
    return claimed;
  }

  private void started(Register.Entry entry, Set<ExecutionId> claimed) {
    var id = execution(entry);
    try {
      unreadable(id, Picture.of(History.read(records, id)));
      if (!claimed.contains(id)) {
        lost(
            entry.subject(),
            "execution " + id + " was started and no claim below " + Names.claims() + " names it",
            "whether it has ended is not asked any more when another one is started");
      }
    } catch (Failure.Refused _) {
      // Its declaration is gone, which the check of the repository itself tells.
    } catch (Failure.Damaged broken) {
      lost(entry.subject(), broken.report().headline(), "it can be neither shown nor resumed");
    }
  }

  private void unreadable(ExecutionId id, Picture picture) {
    boolean over = picture.state().isFinal();
    for (var request : new Inbox(records, id).unanswered(picture).unreadable()) {
      findings.add(new Finding(
          over ? Severity.HARMLESS : Severity.AT_RISK,
          request.name().name(),
          "what was asked of " + id + " cannot be read: " + request.why().headline(),
          over
              ? "nothing is lost: the execution has ended without it"
              : "it does not happen; the execution goes on without it",
          over ? "nothing needs to be done" : "whoever asked asks again, or " + FROM_A_COPY));
    }
  }

  /** The register holds the newest entry, since a chain by itself does not show a cut tail. */
  private void ended(Register.Entry entry) {
    var id = execution(entry);
    try {
      var entries = History.read(records, id).entries();
      if (entries.isEmpty() || !entry.fact().endsWith(" " + entries.getLast().hash())) {
        lost(
            entry.subject(),
            "the journal of " + id + " does not end as it was registered: " + entry.fact(),
            "its last entries are missing, and it may seem not to have ended");
      } else if (records.find(Names.evidence(id)).isEmpty()) {
        findings.add(new Finding(
            Severity.HARMLESS,
            Names.evidence(id).name(),
            "the evidence of " + id + " is missing",
            "nothing is lost: the journal holds all that it is made of",
            "aegis resume " + id + "    (writes it again)"));
      }
    } catch (Failure.Refused | Failure.Damaged _) {
      // Said of its start already.
    }
  }

  private static ExecutionId execution(Register.Entry entry) {
    return Names.execution(entry.subject());
  }

  private void lost(ObjectKey subject, String what, String consequence) {
    findings.add(new Finding(Severity.AT_RISK, subject.name(), what, consequence, FROM_A_COPY));
  }
}
