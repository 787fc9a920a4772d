package io.aegis.cli.execution;

import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.JsonDocument;
import io.aegis.cli.terminal.Paint;
import io.aegis.cli.terminal.Painter;
import io.aegis.cli.terminal.StatusLine;
import io.aegis.cli.terminal.Terminal.Stream;
import io.aegis.kernel.HumanTime;
import io.aegis.recovery.Estimate;
import io.aegis.recovery.Execution;
import io.aegis.recovery.Execution.StepStatus;
import io.aegis.recovery.StepId;
import io.aegis.recovery.StepState;
import io.aegis.recovery.Watcher;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An execution as it happens: a line that stays for each step that ends or waits, and one line at
 * the bottom with the step that runs, how far it is, and the clock of the recovery time objective.
 */
final class LiveExecution implements Watcher, Painter.Content, AutoCloseable {
  private static final Set<StepState> QUIET =
      EnumSet.of(StepState.NOT_STARTED, StepState.READY, StepState.RUNNING);

  private final Session session;
  private final List<String> contacts;
  private final Paint paint;
  private final Painter painter;
  private final AtomicReference<Execution> picture;
  private final Map<StepId, StepState> told = new ConcurrentHashMap<>();
  private final Map<StepId, Long> done = new ConcurrentHashMap<>();
  private final Map<StepId, Long> expected = new ConcurrentHashMap<>();

  /**
   * @param contacts who is to be told when people are waited for
   */
  LiveExecution(Session session, Execution start, List<String> contacts) {
    this.session = session;
    this.contacts = List.copyOf(contacts);
    this.paint = session.paint(Stream.ERR);
    this.picture = new AtomicReference<>(start);
    start.steps().forEach(status -> told.put(status.id(), status.state()));
    this.painter = new Painter(session.terminal().err(), session.progressStyle(), this);
  }

  @Override
  public void changed(Execution now) {
    picture.set(now);
    for (var status : now.steps()) {
      var before = told.put(status.id(), status.state());
      if (before != status.state() && !QUIET.contains(status.state())) {
        painter.print(isJson() ? event(status) : line(now, status));
      }
    }
  }

  private boolean isJson() {
    return painter.style() == Painter.Style.JSON_LOG;
  }

  private static String event(StepStatus status) {
    return JsonDocument.of("Step")
        .with("step", status.id().value())
        .with("state", status.state().name())
        .with("machineMillis", status.machine().toMillis())
        .with("summary", status.result().summary())
        .compact();
  }

  private String line(Execution now, StepStatus status) {
    String said =
        status.result().summary().isEmpty() ? status.detail() : status.result().summary();
    return " " + ExecutionWords.mark(status.state(), paint) + " "
        + now.plan().step(status.id()).name()
        + (status.machine().isZero() ? "" : "  " + HumanTime.of(status.machine()))
        + (said.isEmpty() ? "" : "  " + paint.faint(said));
  }

  @Override
  public void progress(StepId step, long soFar, long inAll) {
    done.put(step, soFar);
    expected.put(step, inAll);
  }

  @Override
  public void line(StepId step, String line) {
    if (!isJson()) {
      painter.print("   " + paint.faint(line));
    }
  }

  @Override
  public void slow(StepId step, Duration since, Estimate usual) {
    say(step + " takes longer than expected: " + HumanTime.of(since) + " so far, expected "
        + usual.words());
  }

  @Override
  public void escalated(StepId step, Duration waited, int number) {
    var now = picture.get();
    say(now.plan().step(step).name() + ": has waited for people for " + HumanTime.of(waited)
        + "; tell "
        + (contacts.isEmpty() ? "somebody who may decide" : String.join(", ", contacts))
        + ": aegis approve " + now.id() + " --step " + step);
  }

  @Override
  public void objectiveInDanger(Duration forecast, Duration objective) {
    say("the recovery will take about " + HumanTime.of(forecast) + "; the goal is "
        + HumanTime.of(objective));
  }

  @Override
  public void passedBy(String request) {
    say("what somebody asked of this execution cannot be read, and has to be asked again: "
        + request);
  }

  @Override
  public void repository(Reach reach) {
    say(
        switch (reach) {
          case AWAY ->
            "the repository does not answer; results are kept on this disk, and no step begins";
          case BACK -> "the repository answers again";
        });
  }

  private void say(String text) {
    String warning = session.typed(text);
    painter.print(
        isJson()
            ? JsonDocument.of("Warning").with("text", warning).compact()
            : paint.yellow(" ! ") + warning);
  }

  @Override
  public String line() {
    var now = picture.get();
    var elapsed = elapsed(now);
    String clock = "elapsed " + HumanTime.of(elapsed) + " of goal "
        + HumanTime.of(now.plan().header().objectives().rto());
    return now.steps().stream()
        .filter(status -> status.state() == StepState.RUNNING)
        .findFirst()
        .map(status -> " ▸ " + running(now, status) + "  │  " + clock)
        .orElse(" " + ExecutionWords.of(now.state()) + "  │  " + clock);
  }

  private String running(Execution now, StepStatus status) {
    String name = now.plan().step(status.id()).name();
    long inAll = expected.getOrDefault(status.id(), 0L);
    var since = Duration.between(status.since(), session.time().now());
    if (inAll <= 0) {
      return name + "  " + HumanTime.of(since);
    }
    return StatusLine.line(name, done.getOrDefault(status.id(), 0L), inAll, since);
  }

  private Duration elapsed(Execution now) {
    Instant until =
        now.state().isFinal() ? now.clock().updated() : session.time().now();
    return Duration.between(now.clock().declared(), until);
  }

  @Override
  public String json() {
    var now = picture.get();
    return JsonDocument.of("Progress")
        .with("execution", now.id().value())
        .with("state", now.state().name())
        .with("elapsedMillis", elapsed(now).toMillis())
        .compact();
  }

  @Override
  public void close() {
    painter.close();
  }
}
