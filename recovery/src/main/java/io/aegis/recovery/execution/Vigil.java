package io.aegis.recovery.execution;

import io.aegis.recovery.Estimate;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.journal.Event;
import io.aegis.recovery.journal.SignsOfLife;
import io.aegis.recovery.plan.CriticalPath;
import java.time.Duration;

/**
 * What the leader looks after while steps run: that the journal reaches the repository, that others
 * see it is alive, that nobody has taken over, and that the objective can still be kept.
 */
final class Vigil {
  private static final int MOST_ESCALATIONS = 10;

  private final Ledger ledger;
  private final SignsOfLife signs;
  private final Watcher watcher;
  private final Duration escalateAfter;
  private boolean away;
  private boolean toldOfDanger;

  Vigil(Ledger ledger, SignsOfLife signs, Watcher watcher, Duration escalateAfter) {
    this.ledger = ledger;
    this.signs = signs;
    this.watcher = watcher;
    this.escalateAfter = escalateAfter;
  }

  /**
   * @throws io.aegis.kernel.Failure.Refused if another leader has taken over
   */
  void look() {
    lookAtRepository();
    if (!away && signs.giveWhenDue()) {
      ledger.requireLead();
    }
    lookAtObjective();
  }

  /**
   * Says aloud which steps have waited too long for people: once for each span that has passed, up
   * to a bound, so that nobody learns to look away. What was missed while nobody led is said once.
   */
  void escalate() {
    for (var step : ledger.picture().steps()) {
      if (step.state().waitsForPeople()) {
        var waited = Duration.between(step.since(), ledger.now());
        int due = (int) Math.min(MOST_ESCALATIONS, waited.dividedBy(escalateAfter));
        if (due > step.escalations()) {
          ledger.write(new Event.Escalated(step.id(), due));
          watcher.escalated(step.id(), waited, due);
        }
      }
    }
  }

  private void lookAtRepository() {
    boolean reached = ledger.push();
    if (away == reached) {
      away = !reached;
      watcher.repository(away ? Watcher.Reach.AWAY : Watcher.Reach.BACK);
    }
  }

  private void lookAtObjective() {
    if (toldOfDanger) {
      return;
    }
    var now = ledger.view();
    var objective = now.plan().header().objectives().rto();
    var forecast = now.clock().elapsed().plus(remaining());
    if (forecast.compareTo(objective) > 0) {
      toldOfDanger = true;
      watcher.objectiveInDanger(forecast, objective);
      ledger.write(new Event.Noted("the forecast of %d s passes the objective of %d s"
          .formatted(forecast.toSeconds(), objective.toSeconds())));
    }
  }

  private Duration remaining() {
    var picture = ledger.picture();
    var rest = CriticalPath.of(picture.plan().steps(), step -> {
      var status = picture.step(step.id());
      if (status.state().letsOthersGoOn()) {
        return CriticalPath.nothing();
      }
      return step.estimate() instanceof Estimate.Measured measured && status.isBusy()
          ? rest(measured, Duration.between(status.since(), ledger.now()))
          : step.estimate();
    });
    return switch (rest.estimate()) {
      case Estimate.Measured(var expected, var _, var _, var _) -> expected;
      case Estimate.AtLeast(var part, var _) -> part;
      case Estimate.NotMeasured() -> Duration.ZERO;
    };
  }

  private static Estimate rest(Estimate.Measured whole, Duration elapsed) {
    return new Estimate.Measured(
        minus(whole.expected(), elapsed),
        minus(whole.low(), elapsed),
        minus(whole.high(), elapsed),
        whole.samples());
  }

  private static Duration minus(Duration whole, Duration elapsed) {
    return whole.compareTo(elapsed) > 0 ? whole.minus(elapsed) : Duration.ZERO;
  }
}
