package io.aegis.postgres.steps;

import io.aegis.kernel.Json;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.Plan;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the engine would give to a step. */
final class TestContext implements StepContext {
  private final Milestones milestones;
  private final Json.Obj facts;
  private final List<String> lines = new ArrayList<>();

  TestContext(Milestones milestones) {
    this(milestones, Json.object());
  }

  /**
   * @param facts of every earlier step
   */
  TestContext(Milestones milestones, Json.Obj facts) {
    this.milestones = milestones;
    this.facts = facts;
  }

  TestContext() {
    this(Milestones.UNWATCHED);
  }

  List<String> lines() {
    return lines;
  }

  @Override
  public ExecutionId execution() {
    throw new UnsupportedOperationException("no step here asks for it");
  }

  @Override
  public StepId step() {
    return new StepId("under-test");
  }

  @Override
  public Plan.Purpose purpose() {
    return Plan.Purpose.RECOVERY;
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public Instant deadline() {
    return Instant.now().plusSeconds(120);
  }

  @Override
  public Progress progress() {
    return Progress.SILENT;
  }

  @Override
  public synchronized void log(String line) {
    lines.add(line);
  }

  @Override
  public Milestones milestones() {
    return milestones;
  }

  @Override
  public void checkpoint() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  @Override
  public Json.Obj factsOf(StepId earlier) {
    return facts;
  }
}
