package io.aegis.recovery.execution;

import io.aegis.kernel.Json;
import io.aegis.recovery.Phase;
import io.aegis.recovery.Probe;
import io.aegis.recovery.Step;
import io.aegis.recovery.StepCatalog;
import io.aegis.recovery.StepContext;
import io.aegis.recovery.StepResult;
import io.aegis.recovery.StepRunner;
import io.aegis.recovery.StepType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of tests change: for each step, whether its effect is half there, there, or was
 * made twice. A test can script what the next attempts of a step do.
 */
final class World {
  static final String HALF = "half";
  static final String DONE = "done";
  static final String WARNED = "warned";

  private final Map<String, String> effects = new ConcurrentHashMap<>();
  private final Map<String, List<Act>> scripts = new ConcurrentHashMap<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private volatile Nature nature = point -> {};
  private final StepType<Doing> doing =
      new StepType<>("shop.do", 1, new DoingCodec(), new Runner(true));
  private final StepType<Doing> undoable =
      new StepType<>("shop.do-and-undo", 1, new DoingCodec(), new UndoRunner());
  private final StepType<Doing> looking =
      new StepType<>("shop.look", 1, new DoingCodec(), new Runner(false));

  /** What one attempt does in place of simply succeeding. */
  interface Act {
    StepResult perform(StepContext context) throws InterruptedException;
  }

  /** What may befall a step at each of its points. */
  interface Nature {
    void at(String point);
  }

  void nature(Nature next) {
    nature = next;
  }

  record Doing(String what) {}

  StepCatalog catalog() {
    return StepCatalog.of(List.of(doing, undoable, looking));
  }

  Step action(String id, String... after) {
    return draft(id, after).action(doing, new Doing(id));
  }

  Step action(Step.Draft draft, String what) {
    return draft.action(doing, new Doing(what));
  }

  Step undoable(String id, String... after) {
    return draft(id, after).action(undoable, new Doing(id));
  }

  Step check(String id, Step.Work.Check.Subject subject, String... after) {
    return draft(id, after).check(looking, new Doing(id), subject);
  }

  static Step.Draft draft(String id, String... after) {
    return Step.of(id, "do " + id, Phase.DATABASE).after(after);
  }

  /** The next attempts of this step act so, one after the other; further ones simply succeed. */
  void script(String id, Act... acts) {
    scripts.put(id, new ArrayList<>(List.of(acts)));
  }

  /** Everything that ran, in order: {@code run a}, {@code probe a}, {@code undo a}. */
  List<String> log() {
    return log;
  }

  @Nullable
  String effect(String id) {
    return effects.get(id);
  }

  void halfDo(String id) {
    if (DONE.equals(effects.get(id))) {
      throw new AssertionError("step " + id + " runs although it was done");
    }
    effects.put(id, HALF);
  }

  void finish(String id) {
    effects.put(id, DONE);
  }

  /** As {@link #finish}, but the probe finds something that must be read. */
  void finishWithWarning(String id) {
    effects.put(id, WARNED);
  }

  void forget(String id) {
    effects.remove(id);
  }

  private StepResult perform(String id, StepContext context) throws InterruptedException {
    var script = scripts.getOrDefault(id, List.of());
    if (!script.isEmpty()) {
      return script.removeFirst().perform(context);
    }
    nature.at("before " + id);
    halfDo(id);
    nature.at("in the middle of " + id);
    finish(id);
    nature.at("after " + id);
    return StepResult.of("did " + id).with(Json.object().with("by", id));
  }

  private class Runner implements StepRunner<Doing> {
    private final boolean changes;

    Runner(boolean changes) {
      this.changes = changes;
    }

    @Override
    public StepResult run(Doing step, StepContext context) throws InterruptedException {
      log.add("run " + step.what());
      if (!changes && scripts.getOrDefault(step.what(), List.of()).isEmpty()) {
        return StepResult.of("saw " + step.what());
      }
      return perform(step.what(), context);
    }

    @Override
    public Probe probe(Doing step, StepContext context) throws InterruptedException {
      log.add("probe " + step.what());
      var script = scripts.getOrDefault("probe-" + step.what(), List.of());
      if (!script.isEmpty()) {
        script.removeFirst().perform(context);
      }
      return switch (effects.get(step.what())) {
        case HALF -> new Probe.HalfDone("half of " + step.what());
        case DONE ->
          new Probe.Done(
              StepResult.of("did " + step.what()).with(Json.object().with("by", step.what())));
        case WARNED -> new Probe.Done(StepResult.of("did it").warning("not quite"));
        case null, default -> new Probe.NotBegun();
      };
    }
  }

  private final class UndoRunner extends Runner implements StepRunner.Undoable<Doing> {
    UndoRunner() {
      super(true);
    }

    @Override
    public StepResult undo(Doing step, StepContext context) throws InterruptedException {
      log.add("undo " + step.what());
      var script = scripts.getOrDefault("undo-" + step.what(), List.of());
      var result =
          script.isEmpty() ? StepResult.of("removed") : script.removeFirst().perform(context);
      if (result.facts().find(StepResult.KEPT) == null) {
        forget(step.what());
      }
      return result;
    }
  }

  private static final class DoingCodec implements StepType.Codec<Doing> {
    @Override
    public Json.Obj encode(Doing step) {
      return Json.object().with("what", step.what());
    }

    @Override
    public Doing decode(Json.Obj content) {
      return new Doing(content.text("what"));
    }
  }
}
