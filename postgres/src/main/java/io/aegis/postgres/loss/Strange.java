package io.aegis.postgres.loss;

import io.aegis.postgres.DatabaseLoss.Request;
import io.aegis.postgres.DatabaseLoss.SmokeTest;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.Smoke;
import io.aegis.postgres.steps.StepTypes;
import io.aegis.recovery.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a plan runs and where it writes, beside what a configuration would. A plan that was begun is
 * in the repository, and whoever has its key can have made it: root, who goes on with it, would
 * carry out their commands.
 */
final class Strange {
  private final Request request;
  private final Set<String> found = new LinkedHashSet<>();

  private Strange(Request request) {
    this.request = request;
  }

  /** A line for each difference; nothing for whoever is not root, and gains no right by it. */
  static List<String> in(Plan plan, StepTypes types, Request request) {
    if (!Account.own().isRoot()) {
      return List.of();
    }
    var strange = new Strange(request);
    Payloads.jobs(plan, types).forEach(strange::look);
    Payloads.all(plan, types.smoke()).forEach(strange::look);
    return List.copyOf(strange.found);
  }

  private void look(Job job) {
    var place = request.place();
    var goal = job.goal();
    differs("the programs of PostgreSQL", job.local().binaries(), place.binaries());
    differs("the place of sockets", job.local().sockets(), place.sockets());
    differs("the account", account(goal.account()), account(Heir.of(request, goal.target())));
    goal.places().stream()
        .filter(made -> isOnlyRoots(goal.owner(), made))
        .forEach(made ->
            found.add("it writes into " + made + ", where " + goal.owner().name() + " could not"));
  }

  /** Below the usual place root was told to write; elsewhere nobody gains what they could do. */
  private boolean isOnlyRoots(Account owner, Path made) {
    var usual = request.place().dataDirectory().toAbsolutePath().normalize().getParent();
    if (owner.isRoot() || usual != null && made.normalize().startsWith(usual)) {
      return false;
    }
    try {
      return !owner.succeeds("test", "-w", Heir.nearest(made.normalize()).toString());
    } catch (IOException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static String account(String name) {
    return name.isEmpty() ? "whoever runs Aegis" : name;
  }

  private void look(Smoke smoke) {
    var configured = switch (request.checks().smokeTest()) {
      case SmokeTest.Script script -> script.command();
      case SmokeTest.None() -> "none";
    };
    differs("the smoke test", smoke.test().command(), configured);
  }

  private void differs(String what, Object planned, Object configured) {
    if (!planned.equals(configured)) {
      found.add(what + ": " + planned + ", not " + configured);
    }
  }
}
