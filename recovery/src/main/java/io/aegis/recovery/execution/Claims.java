package io.aegis.recovery.execution;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.journal.Names;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.PutOutcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who may work on an application: the execution that the newest claim names, until it has ended. A
 * claim is never taken back; the next one takes the next number, so that of two who want it at the
 * same time exactly one gets it.
 */
record Claims(Records records) {

  /** The executions of an application, oldest first. */
  List<ExecutionId> of(ApplicationName application) {
    return read(Names.claims(application));
  }

  /** The executions of all applications, those of one application oldest first. */
  List<ExecutionId> all() {
    return read(Names.claims());
  }

  /** The execution that has, or had, the application last; older claims are not read. */
  Optional<ExecutionId> last(ApplicationName application) {
    var names = names(Names.claims(application));
    return names.isEmpty() ? Optional.empty() : Optional.of(execution(names.getLast()));
  }

  /** The newest claim's number; 0 if there is none. */
  long newest(ApplicationName application) {
    return names(Names.claims(application)).stream()
        .mapToLong(Names::number)
        .max()
        .orElse(0);
  }

  /**
   * Takes the claim after {@code newest}.
   *
   * @return false if somebody else was quicker
   */
  boolean take(ApplicationName application, long newest, ExecutionId execution) {
    var name = Names.claim(application, newest + 1);
    var content = Json.object()
        .with("execution", execution.value())
        .compact()
        .getBytes(StandardCharsets.UTF_8);
    return records.putIfAbsent(name, content) == PutOutcome.CREATED
        || Arrays.equals(records.get(name), content);
  }

  private List<ExecutionId> read(String prefix) {
    return names(prefix).stream().map(this::execution).toList();
  }

  private List<ObjectKey> names(String prefix) {
    var names = new ArrayList<ObjectKey>();
    records.list(prefix, stat -> names.add(stat.key()));
    return names;
  }

  private ExecutionId execution(ObjectKey name) {
    return execution(records, name);
  }

  static ExecutionId execution(Records records, ObjectKey name) {
    try {
      var json = Json.parseObject(new String(records.get(name), StandardCharsets.UTF_8));
      return new ExecutionId(json.text("execution"));
    } catch (Malformed | IllegalArgumentException e) {
      throw new Damaged(
          Report.of(RecoveryCode.JOURNAL_BROKEN, name + " is not a claim")
              .why(String.valueOf(e.getMessage()))
              .next("aegis repo check"),
          e);
    }
  }

  /** What is said to somebody who wants to start while {@code other} has not ended. */
  static Refused busy(Execution other) {
    var id = other.id();
    return new Refused(Report.of(
            RecoveryCode.APPLICATION_BUSY,
            "execution %s of '%s' has not ended: it is %s"
                .formatted(id, other.plan().header().application(), other.state()))
        .why("started by " + other.initiator() + ", "
            + HumanTime.of(other.clock().elapsed()) + " ago by its own clock")
        .safe("nothing was started")
        .next(
            "aegis execution show " + id,
            "aegis resume " + id,
            "aegis execution cancel " + id + " --reason \"…\""));
  }
}
