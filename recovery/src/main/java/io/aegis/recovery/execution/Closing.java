package io.aegis.recovery.execution;

import io.aegis.kernel.Json;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.Evidence;
import io.aegis.recovery.Execution;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Step.Work;
import io.aegis.recovery.StepState;
import io.aegis.recovery.StepType;
import io.aegis.recovery.estimate.MeasuredRates;
import io.aegis.recovery.evidence.Bundle;
import io.aegis.recovery.grade.ProvenPoints;
import io.aegis.recovery.journal.History;
import io.aegis.recovery.journal.Names;
import io.aegis.repository.Records;
import io.aegis.repository.Register;
import io.aegis.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What remains of an execution outside its journal: the anchors of its chain in the register, the
 * rates it measured, its evidence. Each is written once however often it is tried, and the evidence
 * last: it says that the rest is there.
 */
record Closing(Records records, Register register) {

  void anchorStart(Execution now, History history) {
    var subject = Names.declaration(now.id());
    if (!subjects(Register.Kind.EXECUTION_STARTED, "").contains(subject)) {
      register.append(
          Register.Kind.EXECUTION_STARTED,
          subject,
          start(now.plan().header().application()) + "declaration "
              + history.declared().hash());
    }
  }

  /** Whether the register says that it has ended. */
  boolean isAnchoredEnd(ExecutionId execution) {
    return subjects(Register.Kind.EXECUTION_ENDED, "").contains(Names.declaration(execution));
  }

  /**
   * Whether every execution of the application that was started, by the register, has ended. Never
   * if the register is broken: the entry that cannot be read may say that another one was started.
   */
  boolean haveAllEnded(ApplicationName application) {
    return register.reading().isWhole() && unended(application).isEmpty();
  }

  List<ExecutionId> unended(ApplicationName application) {
    var started = subjects(Register.Kind.EXECUTION_STARTED, start(application));
    started.removeAll(subjects(Register.Kind.EXECUTION_ENDED, ""));
    return started.stream().map(Names::execution).toList();
  }

  private Set<ObjectKey> subjects(Register.Kind kind, String fact) {
    return register.reading().entries().stream()
        .filter(entry -> entry.kind() == kind && entry.fact().startsWith(fact))
        .map(Register.Entry::subject)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String start(ApplicationName application) {
    return "application " + application + "; ";
  }

  boolean isDone(ExecutionId execution) {
    return records.find(Names.evidence(execution)).isPresent();
  }

  /**
   * @param now a picture whose state is final
   */
  void close(Execution now, History history) {
    keepRates(now);
    new ProvenPoints(records).note(now);
    anchorEnd(now);
    records.putIfAbsent(
        Names.evidence(now.id()),
        Bundle.of(now, history).compact().getBytes(StandardCharsets.UTF_8));
  }

  private void anchorEnd(Execution now) {
    var subject = Names.declaration(now.id());
    if (!isAnchoredEnd(now.id())) {
      register.append(
          Register.Kind.EXECUTION_ENDED,
          subject,
          "%s; head %d-%d %s"
              .formatted(
                  now.state(),
                  now.head().epoch(),
                  now.head().sequence(),
                  now.head().hash()));
    }
  }

  private void keepRates(Execution now) {
    var rates = new MeasuredRates(records);
    for (var step : now.steps()) {
      boolean ran =
          step.state() == StepState.SUCCEEDED || step.state() == StepState.SUCCEEDED_WITH_WARNING;
      var payload = payload(now.plan().step(step.id()).work());
      if (ran && payload.isPresent()) {
        var source = new MeasuredRates.Source(
            payload.get().kind(), now.id(), step.id(), now.clock().updated());
        step.result().measurements().forEach(measured -> rates.note(source, measured));
      }
    }
  }

  private static Optional<StepType.Payload> payload(Work work) {
    return switch (work) {
      case Work.Action(var payload) -> Optional.of(payload);
      case Work.Check(var payload, var _) -> Optional.of(payload);
      case Work.Approval _, Work.Manual _, Work.Wait _ -> Optional.empty();
    };
  }

  /** The sealed evidence if there is any, otherwise what it would be as of now. */
  Evidence evidence(Execution now, History history) {
    return records
        .find(Names.evidence(now.id()))
        .map(bytes -> new Evidence(Json.parseObject(new String(bytes, StandardCharsets.UTF_8))))
        .orElseGet(() -> new Evidence(Bundle.of(now, history)));
  }
}
