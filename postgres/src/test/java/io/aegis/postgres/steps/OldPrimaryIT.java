package io.aegis.postgres.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure.Refused;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.Target;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.server.StopMode;
import io.aegis.postgres.stream.RunningStream;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.postgres.testing.TestPostgres.Stop;
import java.nio.file.Files;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a recovery has left comes back: its machine is started again, and so is its stream. */
class OldPrimaryIT extends StepByStep {

  // Red when: Incarnations.of does not ask for the lives that left the one that streams.
  @Test
  void t27_the_old_primary_is_refused_as_soon_as_the_recovered_one_is_protected() throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      assertThat(database.continued().level()).isEqualTo(Readiness.Level.READY);
      database.lose();
      run.runFrom("preflight", "open");
      try (var stream = new RunningStream(database.repository(), database.server())) {
        assertThat(stream.await(Event.Streaming.class).incarnation().value())
            .doesNotStartWith("root-");
        database.server().psql("INSERT INTO numbers SELECT generate_series(2001, 2500)");
        stream.awaitAll(database.server());
      }
      var newest = database.resolve(new Target.Latest());
      restored().stop(StopMode.FAST, LIMIT);

      database.server().start();
      // Red when: BaseBackups.continued does not ask whether this life was left.
      var doctor = database.continued();
      assertThat(doctor.level()).isEqualTo(Readiness.Level.BLOCKING);
      assertThat(doctor.finding()).contains("was left by a recovery");
      assertThat(doctor.remedy()).contains("stop this server");
      database.server().psql("INSERT INTO numbers VALUES (0)");
      try (var stream = new RunningStream(database.repository(), database.server())) {
        assertThat(stream.awaitFailure()).isInstanceOfSatisfying(Refused.class, failure -> {
          assertThat(failure.code()).isEqualTo(PostgresCode.HISTORY_DIVERGES);
          assertThat(failure.report().what()).contains("root-", "was left by a recovery");
          assertThat(failure.report().safe()).contains("nothing of this server was stored");
        });
      }
      assertThat(database.resolve(new Target.Latest())).isEqualTo(newest);
    }
  }

  // Red when: Rivals.answerOf takes the answer of a life for a time before its claim, as it did;
  // Costs looks at the life alone that is recovered, and not at what left it.
  @Test
  void a_second_recovery_to_a_later_moment_than_the_first_is_taken_from_the_old_life()
      throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var early = database.insert(1001, 2000);
      var late = database.insert(2001, 2500);
      var moment = Instant.parse(database
          .server()
          .psql("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
              + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
          .strip());
      database.insert(3001, 3002);
      var run = plan(database, early, "2000");
      database.lose();
      run.runFrom("preflight", "open");
      try (var stream = new RunningStream(database.repository(), database.server())) {
        database.server().psql("INSERT INTO numbers VALUES (4000)");
        stream.awaitAll(database.server());
      }
      var found = database.resolve(new Target.AtTime(moment));
      assertThat(found.lastIncluded())
          .isInstanceOfSatisfying(
              Edge.Commit.class,
              commit -> assertThat(commit.end()).isGreaterThan(early).isLessThanOrEqualTo(late));
      assertThat(plan(database, found, "2500").plan().warnings())
          .anyMatch(cost -> cost.contains("which left incarnation root-")
              && cost.contains("has durable work up to transaction"));
    }
  }

  // Red when: BranchTargets.planned follows the newest timeline also to a moment before it began:
  // then the history of the second recovery says "1 X / 2 Y" with Y before X, and what the new life
  // commits up to X is read from the old one's log.
  @Test
  void a_second_recovery_to_an_earlier_moment_than_the_first_is_protected_and_recovered_like_any()
      throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17).walSegmentMib(1))) {
      var early = database.insert(1001, 1500);
      var run = plan(database, database.insert(1501, 60_000), "60000");
      database.lose();
      run.runFrom("preflight", "open");
      streamed(database, "INSERT INTO numbers VALUES (70000)");
      putAside("first");

      var found = database.resolve(new Target.AtLsn(early));
      assertThat(found.legs().getLast().timeline().id()).isEqualTo(1);
      plan(database, found, "1500").runFrom("preflight", "open");
      streamed(database, "INSERT INTO numbers VALUES (80000)");
      putAside("second");

      var latest = database.resolve(new Target.Latest());
      assertThat(latest.legs().getLast().incarnation().value()).doesNotStartWith("root-");
      plan(database, latest, "80000").runFrom("preflight", "verify");
    }
  }

  private static void streamed(ProtectedDatabase database, String sql) {
    try (var stream = new RunningStream(database.repository(), database.server())) {
      database.server().psql(sql);
      stream.awaitAll(database.server());
    }
  }

  private void putAside(String name) throws Exception {
    restored().stop(StopMode.FAST, LIMIT);
    Files.move(target, home.resolve(name));
  }

  // Red when: Incarnations.isLed takes a claim alone for a life.
  @Test
  void a_recovery_that_was_given_up_before_it_was_protected_leaves_the_old_primary_its_life()
      throws Exception {
    try (var database = new ProtectedDatabase(TestPostgres.of(17))) {
      var run = plan(database, database.insert(1001, 2000), "2000");
      database.lose();
      run.runFrom("preflight", "promote");
      restored().stop(StopMode.FAST, LIMIT);

      database.server().start();
      try (var stream = new RunningStream(database.repository(), database.server())) {
        database.server().psql("INSERT INTO numbers VALUES (0)");
        stream.awaitAll(database.server());
      }
      database.server().stop(Stop.FAST);
      assertThat(database.resolve(new Target.Latest()).lastIncluded())
          .isInstanceOf(Edge.Commit.class);
    }
  }
}
