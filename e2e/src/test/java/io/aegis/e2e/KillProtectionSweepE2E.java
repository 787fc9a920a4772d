package io.aegis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.stage.Installed;
import io.aegis.e2e.stage.Protected;
import io.aegis.e2e.sweep.CrashSite;
import io.aegis.e2e.sweep.Guarded;
import io.aegis.e2e.sweep.Guarded.Promise;
import io.aegis.e2e.sweep.LostShop;
import io.aegis.e2e.sweep.Sample;
import io.aegis.e2e.sweep.Tree;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What protects a database, killed wherever it can be: the repository checks, the same command
 * works the next time, and what is recovered in the end is exactly what was there. A sample by
 * seed; all of it with {@code -Daegis.sweep=full}.
 */
class KillProtectionSweepE2E {
  private static final List<Integer> VERSIONS = List.of(15, 17, 18);
  private static final int OK = 0;

  @TempDir
  Path shelf;

  private final Sample sample = new Sample(Seeds.next());
  private Protected shop;
  private int places;

  @BeforeEach
  void opens_a_shop() {
    int major = VERSIONS.get(sample.random().nextInt(VERSIONS.size()));
    Sample.say("PostgreSQL " + major);
    Tree.make(shelf.resolve("shop"));
    // Log is kept for repositories that were not fed for a while, as each is here.
    var setup = TestPostgres.of(major).walSegmentMib(1).durable().setting("wal_keep_size", "2GB");
    shop = Protected.begin(shelf.resolve("shop"), setup);
    shop.server().psql(LostShop.SCHEMA);
  }

  @AfterEach
  void closes_the_shop() {
    shop.close();
  }

  @Test
  void protection_killed_anywhere_goes_on_and_loses_nothing() {
    var promises = new ArrayList<Promise>();
    initsKilled();
    var empty = fresh();
    init(empty.program()).expect(OK);
    promises.addAll(firstBackupsKilled(empty));

    empty.program().run("backup", "--json").expect(OK);
    streamsKilled(empty);
    promises.add(
        new Promise(empty, shop.server().psql("select pg_current_wal_flush_lsn()"), empty.facts()));
    backupsKilled(empty);
    keysKilled(empty);
    promises.add(new Promise(empty, "latest", empty.facts()));

    shop.lose();
    promises.forEach(promise -> promise.assertKept(shelf.resolve("back")));
  }

  private void initsKilled() {
    var first = fresh();
    var sites = learn(first, KillProtectionSweepE2E::init);
    for (var site : sample.of("init", sites, 1)) {
      var here = fresh();
      killed(site, here, KillProtectionSweepE2E::init);
      var again = here.program().run("init", "--yes", "--json"); // its key may be there already
      if (again.exit() != OK) { // killed after its last write: it is there already
        assertThat(again.err()).contains("already");
      }
      here.assertWhole();
      here.program().run("key", "list").expect(OK);
    }
  }

  private List<Promise> firstBackupsKilled(Guarded empty) {
    var sites = learn(empty.copyTo(place()), KillProtectionSweepE2E::backup);
    return sample.of("first backup", sites, 2).stream()
        .map(site -> {
          var here = empty.copyTo(place());
          killed(site, here, KillProtectionSweepE2E::backup);
          here.assertWhole();
          backup(here.program()).expect(OK);
          here.assertWhole();
          return new Promise(here, "latest", here.facts());
        })
        .toList();
  }

  private void backupsKilled(Guarded here) {
    here.work();
    var sites = learn(here, KillProtectionSweepE2E::backup);
    for (var site : sample.of("incremental backup", sites, 2)) {
      here.work();
      killed(site, here, KillProtectionSweepE2E::backup);
      here.assertWhole();
      backup(here.program()).expect(OK);
      here.assertWhole();
    }
  }

  private void streamsKilled(Guarded here) {
    var list = here.shelf().resolve("reached");
    try (var stream = shop.stream(here.program().with("AEGIS_MILESTONES", list.toString()))) {
      here.workBeside(stream, 2);
      shop.awaitDurable();
      stream.stop().expect(OK);
    }
    for (var site : sample.of("wal stream", CrashSite.passed(list, sample.random()), 4)) {
      try (var stream = shop.stream(site.in(here.program()))) {
        here.workBeside(stream, 6);
        assertThat(stream.isAlive()).as("reached %s", site).isFalse();
        here.assertWhole();
      }
      here.catchUp();
      here.assertWhole();
    }
  }

  private void keysKilled(Guarded here) {
    var sites = learn(here, program -> addKey(program, here));
    for (var site : sample.of("key add", sites, 1)) {
      killed(site, here, program -> addKey(program, here));
      here.assertWhole();
      addKey(here.program(), here).expect(OK);
      here.assertWhole();
    }
  }

  private static Installed.Result init(Installed program) {
    return program.run("init", "--json");
  }

  private static Installed.Result backup(Installed program) {
    return program.run("backup", "--json");
  }

  private Installed.Result addKey(Installed program, Guarded here) {
    String file = here.shelf().resolve("key-" + ++places).toString();
    return program.run("key", "add", "--file", file, "--label", "sweep", "--json");
  }

  /** What is run to its end, or killed. */
  @FunctionalInterface
  private interface Command {
    Installed.Result by(Installed program);
  }

  private List<CrashSite> learn(Guarded here, Command command) {
    var list = here.shelf().resolve("reached");
    try {
      Files.deleteIfExists(list);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    command.by(here.program().with("AEGIS_MILESTONES", list.toString())).expect(OK);
    return CrashSite.passed(list, sample.random());
  }

  private static void killed(CrashSite site, Guarded here, Command command) {
    var ended = command.by(site.in(here.program()));
    assertThat(ended.exit())
        .as("%s: %s", site, ended)
        .isIn(site.count() == 1 ? List.of(Installed.KILLED) : List.of(Installed.KILLED, OK));
  }

  private Guarded fresh() {
    var place = place();
    Tree.make(place);
    return new Guarded(shop, place);
  }

  private Path place() {
    return shelf.resolve("place-" + ++places);
  }
}
