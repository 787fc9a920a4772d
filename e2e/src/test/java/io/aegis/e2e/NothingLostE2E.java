package io.aegis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.ledger.Clients;
import io.aegis.e2e.ledger.Dump;
import io.aegis.e2e.ledger.Dump.End;
import io.aegis.e2e.ledger.Ledger;
import io.aegis.e2e.ledger.LedgerTable;
import io.aegis.e2e.ledger.Script;
import io.aegis.e2e.ledger.Told;
import io.aegis.e2e.stage.Installed.Running;
import io.aegis.e2e.stage.Protected;
import io.aegis.kernel.Json;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A database under load is lost at a random moment and brought back to another one. What must be
 * there is told by {@code pg_waldump} over the dead server's log and by what clients were told,
 * never by Aegis.
 */
class NothingLostE2E {
  private static final int CLIENTS = 3;

  @TempDir
  Path directory;

  /** {@code -Daegis.runs=20} for a sweep, from the seed on that {@code -Daegis.seed} names. */
  static Stream<Script> scripts() {
    long first = Seeds.next();
    return LongStream.range(0, Integer.getInteger("aegis.runs", 4))
        .mapToObj(run -> Script.of(first + run));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void exactly_the_commits_up_to_the_target_come_back_and_none_that_was_durable_is_missing(
      Script script) {
    var setup = TestPostgres.of(script.major())
        .durable()
        .setting("wal_keep_size", "8GB")
        .setting("max_prepared_transactions", "200");
    try (var shop = Protected.begin(directory, setup)) {
      new Run(shop, script).play();
    }
  }

  /** One run: its book, and what is known of its target. */
  private static final class Run {
    private final Protected shop;
    private final Script script;
    private final Random random;
    private final Ledger ledger = new Ledger();
    private final List<Taken> snapshots = new ArrayList<>();
    private Running stream;

    /** A snapshot as 'aegis backup' told of it. */
    private record Taken(String id, Lsn begin, Lsn end, Instant finished) {}

    /**
     * A moment, and the commits that must be there according to pg_waldump.
     *
     * @param text as it stands behind {@code --to}
     */
    private record Wanted(String text, Set<Long> committed) {}

    Run(Protected shop, Script script) {
      this.shop = shop;
      this.script = script;
      this.random = new Random(~script.seed());
      this.stream = shop.stream();
    }

    void play() {
      Clients.createTables(shop.server());
      var from = Lsn.parse(shop.server().psql("select pg_current_wal_insert_lsn()"));
      Lsn told;
      try (var watch = Told.watch(shop.server())) {
        try (var _ = Clients.start(shop.server(), ledger, CLIENTS, script.seed())) {
          protect();
          interlude();
          pause(script.pauses().get(2));
          lose();
        }
        told = watch.furthest();
      }
      var dump = Dump.of(shop.server(), from);
      shop.lose();
      compare(dump, told);
    }

    private void protect() {
      pause(script.pauses().get(0));
      backup();
      pause(script.pauses().get(1));
      // A restore point alone is flushed by whoever commits next (XLogRestorePoint in
      // src/backend/access/transam/xlog.c): a server that is killed meanwhile has lost it.
      shop.server().psql("select pg_create_restore_point('here'), pg_current_xact_id()");
      if (script.secondBackup()) {
        backup();
      }
    }

    private void backup() {
      var taken = shop.aegis("backup", "--json").expect(0).document();
      snapshots.add(new Taken(
          taken.text("snapshot"),
          Lsn.parse(taken.text("begin")),
          Lsn.parse(taken.text("end")),
          Instant.parse(taken.text("finished"))));
    }

    private void interlude() {
      switch (script.interlude()) {
        case NOTHING -> {}
        case STREAM_KILLED -> {
          stream.kill();
          pause(random.nextInt(500));
          stream = shop.stream();
        }
        case SERVER_CRASHED -> {
          shop.server().kill();
          shop.server().start();
          shop.awaitDurable();
        }
        case SERVER_RESTARTED -> {
          shop.server().restart();
          shop.awaitDurable();
        }
        case BOTH_KILLED -> {
          shop.server().kill();
          stream.kill();
          shop.server().start();
          stream = shop.stream();
        }
      }
    }

    /** The data directory is still there, for pg_waldump to read. */
    private void lose() {
      switch (script.loss()) {
        case SERVER -> {
          shop.server().kill();
          pause(script.pauses().get(3));
          stream.kill();
        }
        case STREAM -> {
          stream.kill();
          pause(script.pauses().get(3));
          shop.server().kill();
        }
        case SERVER_THEN_STREAM_AT_ONCE -> {
          shop.server().kill();
          stream.kill();
        }
      }
    }

    // Red when: Receiver tells the server of what has arrived and is not yet durable (seed 4);
    // BranchTargets.latest stops before the last decision instead of behind it (seed 8);
    // LogSearch.firstEndedAfter takes one that ended at that very time, too (seed 4).
    private void compare(Dump dump, Lsn told) {
      assertThat(dump.committed(_ -> true))
          .as("what clients were told is in the server's own log")
          .containsAll(ledger.acknowledged());
      var latest = position(
          shop.aegis("plan", "--to", "latest", "--json").expect(0).document().object("plan"));
      var durable = dump.committed(before(latest));
      assertThat(durable)
          .as("everything that the server was told is durable, to %s, by latest, %s", told, latest)
          .containsAll(dump.committed(commit -> !commit.end().isAfter(told)));

      var wanted = wanted(dump, latest);
      var recovered = shop.recover(wanted.text());
      var found = LedgerTable.read(recovered::psql);

      var expected = mine(wanted.committed());
      assertThat(found.keySet()).as("%s, to %s", script, wanted.text()).isEqualTo(expected);
      var attempts = ledger.attempts();
      assertThat(found.values())
          .containsExactlyElementsOf(expected.stream().map(attempts::get).toList());
      var position = Lsn.parse(recovered.document().text("recoveryPoint"));
      assertThat(mine(dump.committed(before(position)))).isEqualTo(expected);
      say(dump, told, wanted, found.size());
    }

    private static Lsn position(Json.Obj plan) {
      return Lsn.parse(plan.object("target").text("position"));
    }

    private static Predicate<End> before(Lsn position) {
      return end -> end.start().isBefore(position);
    }

    /** Only clients leave rows that show them; the server's own transactions do not. */
    private Set<Long> mine(Set<Long> committed) {
      var mine = new TreeSet<>(committed);
      mine.retainAll(ledger.attempts().keySet());
      return mine;
    }

    /** Somewhere between the end of the first snapshot and the last moment there is. */
    private Wanted wanted(Dump dump, Lsn latest) {
      var first = snapshots.getFirst().end();
      var begin = snapshots.getFirst().finished().plusMillis(5); // its end, by the clock
      var choice = dump.commits().stream()
          .filter(commit -> !commit.start().isBefore(first) && commit.start().isBefore(latest))
          .filter(commit -> commit.time().isAfter(begin))
          .toList();
      if (choice.size() < 10) { // the stream was killed before much of it was durable
        return new Wanted("latest", dump.committed(before(latest)));
      }
      var any = choice.get(random.nextInt(choice.size()));
      return switch (script.target()) {
        case LATEST -> new Wanted("latest", dump.committed(before(latest)));
        case TRANSACTION -> upTo("xid:" + any.xid(), dump, any.end());
        case END_OF_A_COMMIT -> upTo(any.end().toString(), dump, any.end());
        case POSITION -> {
          var at = first.plus(random.nextLong(latest.minus(first)));
          yield upTo(at.toString(), dump, at);
        }
        case TIME_OF_A_COMMIT -> time(any.time(), dump, first);
        case TIME -> time(any.time().minusNanos(1000L * (1 + random.nextInt(3000))), dump, first);
        case RESTORE_POINT ->
          upTo("name:here", dump, dump.mark("RESTORE_POINT", "here").end());
        case SNAPSHOT -> {
          var snapshot = snapshots.get(random.nextInt(snapshots.size()));
          var end = dump.mark("BACKUP_END", snapshot.begin().toString()).end();
          yield upTo("snapshot:" + snapshot.id(), dump, end);
        }
      };
    }

    private static Wanted upTo(String text, Dump dump, Lsn position) {
      return new Wanted(text, dump.committed(commit -> !commit.end().isAfter(position)));
    }

    /** Commit times are not monotonic: the first transaction that ended later is the limit. */
    private static Wanted time(Instant time, Dump dump, Lsn snapshot) {
      var limit = dump.ends().stream()
          .filter(end -> !end.start().isBefore(snapshot) && end.time().isAfter(time))
          .map(End::start)
          .findFirst();
      return new Wanted(
          time.toString(),
          dump.committed(commit -> limit.map(at -> commit.start().isBefore(at)).orElse(true)));
    }

    /** A line for who sweeps; scripts/simulate counts them. */
    @SuppressWarnings("SystemOut")
    private void say(Dump dump, Lsn told, Wanted wanted, int found) {
      int durable = mine(dump.committed(commit -> !commit.end().isAfter(told))).size();
      System.out.printf(
          "nothing-lost ok: %s = %s; committed %d, told durable %d, expected and recovered %d%n",
          script, wanted.text(), mine(dump.committed(_ -> true)).size(), durable, found);
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
