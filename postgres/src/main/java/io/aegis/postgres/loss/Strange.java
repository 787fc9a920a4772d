package io.aegis.postgres.loss;

import io.aegis.postgres.DatabaseLoss.Request;
import io.aegis.postgres.DatabaseLoss.SmokeTest;
import io.aegis.postgres.DatabaseLoss.Source;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.restore.Goal;
import io.aegis.postgres.steps.PostgresStep.Job;
import io.aegis.postgres.steps.PostgresStep.OldPrimary;
import io.aegis.postgres.steps.PostgresStep.Smoke;
import io.aegis.postgres.steps.PostgresStep.Verify;
import io.aegis.postgres.steps.StepTypes;
import io.aegis.recovery.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a plan runs and where it writes, beside what a configuration would. A plan that was begun is
 * in the repository, and whoever has its key can have made it: root, who goes on with it, would
 * carry out their commands. Nothing that is asked for here is taken from the plan's own words, nor
 * from what lies at the places that it names.
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
    Payloads.all(plan, types.fence()).forEach(step -> strange.look(step.primary()));
    Payloads.all(plan, types.promote()).forEach(step -> strange.look(step.primary()));
    Payloads.all(plan, types.open()).forEach(step -> strange.look(step.primary()));
    Payloads.all(plan, types.verify()).forEach(strange::look);
    Payloads.all(plan, types.smoke()).forEach(strange::look);
    return List.copyOf(strange.found);
  }

  private void look(Job job) {
    var place = request.place();
    var goal = job.goal();
    differs("the programs of PostgreSQL", job.local().binaries(), place.binaries());
    differs("the place of sockets", job.local().sockets(), place.sockets());
    differs("the account", account(goal.account()), account(Heir.of(request)));
    place.apart().stream()
        .filter(kept -> !goal.apart().contains(kept))
        .forEach(kept -> found.add("it does not have to lie apart from " + kept));
    var owner = goal.owner();
    goal.places().stream()
        .filter(made -> !owner.isRoot() && !isUsual(goal, made) && !mayWrite(owner, made))
        .forEach(
            made -> found.add("it writes into " + made + ", where " + owner.name() + " could not"));
  }

  /**
   * Where root was told to write, and would make a new directory of its own accord: right below the
   * usual place. Deeper down it would be the account's to say where a link leads.
   */
  private boolean isUsual(Goal goal, Path made) {
    var usual = request.place().dataDirectory().toAbsolutePath().normalize().getParent();
    if (usual == null || !made.normalize().startsWith(usual)) {
      return false;
    }
    var below = usual.relativize(made.normalize());
    boolean beside = below.getNameCount() == 2
        && below.getName(0).toString().equals(goal.target().getFileName() + "-tablespaces");
    return (below.getNameCount() == 1 || beside && isRoots(usual.resolve(below.getName(0))))
        && isRoots(made);
  }

  /** Not there yet, not even as a link; or as root has made it. */
  private static boolean isRoots(Path made) {
    return !Files.exists(made, LinkOption.NOFOLLOW_LINKS)
        || Files.isDirectory(made, LinkOption.NOFOLLOW_LINKS)
            && Account.ownerOf(made).isRoot();
  }

  /** Nobody gains what they could do; asked of what is there, wherever links lead. */
  private static boolean mayWrite(Account owner, Path made) {
    try {
      return owner.succeeds("test", "-w", Heir.nearest(made.normalize()).toString());
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String account(String name) {
    return name.isEmpty() ? "whoever runs Aegis" : name;
  }

  /** What is stopped, and what has to be silent before anything is promoted. */
  private void look(OldPrimary primary) {
    var planned = switch (primary) {
      case OldPrimary.Here here -> words(here.dataDirectory(), here.host(), here.port());
      case OldPrimary.Elsewhere(var host, var port) -> words(host, port);
    };
    var configured = switch (request.source()) {
      case Source.Here here -> words(here.dataDirectory(), here.host(), here.port());
      case Source.Elsewhere(var host, var port) -> words(host, port);
    };
    differs("the old primary", planned, configured);
  }

  private static String words(Path dataDirectory, String host, int port) {
    return dataDirectory.toAbsolutePath().normalize() + " at " + host + ":" + port;
  }

  private static String words(String host, int port) {
    return "one that a person sees to, at " + host + ":" + port;
  }

  /** What a superuser of the database is asked is run as the account that it belongs to. */
  private void look(Verify verify) {
    var planned = verify.invariants().stream()
        .map(one -> words(one.name(), one.database(), one.sql(), one.expected()))
        .toList();
    var configured = request.checks().invariants().stream()
        .map(one -> words(one.name(), one.database(), one.sql(), one.expected()))
        .toList();
    differs("the invariants", planned, configured);
  }

  private static String words(String name, String database, String sql, String expected) {
    return "'" + name + "' in " + database + ": " + sql + " is '" + expected + "'";
  }

  private void look(Smoke smoke) {
    var configured = switch (request.checks().smokeTest()) {
      case SmokeTest.Script(var command, var directory, var _) -> words(command, directory);
      case SmokeTest.None() -> "none";
    };
    var test = smoke.test();
    differs("the smoke test", words(test.command(), test.directory()), configured);
  }

  private static String words(String command, Path directory) {
    return command + " in " + directory;
  }

  private void differs(String what, Object planned, Object configured) {
    if (!planned.equals(configured)) {
      found.add(what + ": " + planned + ", not " + configured);
    }
  }
}
