package io.aegis.recovery.journal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Digest;
import io.aegis.kernel.Json;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Executions.Declaration;
import io.aegis.recovery.Plan;
import io.aegis.recovery.plan.PlanFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The first record of an execution: the plan it is pinned to, and who started it; the root of the
 * chain.
 */
public record Declared(ExecutionId execution, Instant started, Declaration declaration) {

  public Plan plan() {
    return declaration.plan();
  }

  /** Where the first entry of the journal goes. */
  public Entry.Slot first() {
    return new Entry.Slot(0, 0, hash());
  }

  /** The hash that the first entry of the journal holds. */
  public Digest hash() {
    return Digest.of(bytes());
  }

  public byte[] bytes() {
    return toJson().compact().getBytes(StandardCharsets.UTF_8);
  }

  public Json.Obj toJson() {
    return Json.object()
        .with("aegisExecution", 1)
        .with("execution", execution.value())
        .with("started", started.toString())
        .with("declared", declaration.declared().toString())
        .with("initiator", PeopleFormat.write(declaration.initiator()))
        .with("reason", declaration.reason())
        .with("planDigest", plan().digest().hex())
        .with("plan", plan().toJson());
  }

  /**
   * @throws Malformed if {@code json} is not a declaration
   * @throws io.aegis.kernel.Failure.Refused if its plan cannot be read here
   */
  public static Declared of(Json.Obj json) {
    if (json.number("aegisExecution") != 1) {
      throw new Malformed("a declaration of version " + json.number("aegisExecution"));
    }
    var plan = PlanFormat.read(json.object("plan").compact());
    return new Declared(
        new ExecutionId(json.text("execution")),
        Instant.parse(json.text("started")),
        new Declaration(
            plan,
            PeopleFormat.readPerson(json.object("initiator")),
            Instant.parse(json.text("declared")),
            json.text("reason")));
  }
}
