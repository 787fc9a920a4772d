package io.aegis.postgres.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.WalStream.Ending;
import io.aegis.postgres.WalStream.Event;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StorageCode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StreamEndingIT {

  private static final class AwayStore extends ForwardingStore {
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicBoolean interrupted = new AtomicBoolean();

    AwayStore(ObjectStore inner) {
      super(inner);
    }

    @Override
    public PutOutcome putIfAbsent(ObjectKey key, Body body) {
      if (away.get()) {
        throw new Failure.Unavailable(
            Report.of(StorageCode.STORE_UNREACHABLE, "the store does not answer")
                .next("wait"));
      }
      if (interrupted.get()) {
        Thread.currentThread().interrupt();
        throw new Failure.Unavailable(
            Report.of(StorageCode.REQUEST_INTERRUPTED, "a write was interrupted")
                .next("repeat it"));
      }
      return super.putIfAbsent(key, body);
    }
  }

  @Test
  void a_stream_that_is_told_to_end_before_anything_has_arrived_has_cut_nothing_short() {
    // Red when: WalStreamer takes an interrupt that comes up as a failure for a store that is away.
    var store = new AwayStore(new MemoryStore("test", TimeSource.system()));
    try (var server = TestPostgres.of(17).start();
        var repository = TestRepository.in(store).open()) {
      store.interrupted.set(true);
      var stream = new RunningStream(repository, server);
      stream.awaitEnd();
      assertThat(stream.end()).isEqualTo(new Ending.Whole(Optional.empty()));
    }
  }

  @Test
  void a_slot_that_is_a_logical_one_is_refused_and_left_alone() {
    // Red when: SlotKeeping asks only whether there is a slot of that name.
    try (var server = TestPostgres.of(17).setting("wal_level", "logical").start();
        var repository =
            TestRepository.in(new MemoryStore("test", TimeSource.system())).open()) {
      server.psql("select pg_create_logical_replication_slot('aegis', 'test_decoding')");
      var stream = new RunningStream(repository, server);
      assertThat(stream.awaitFailure())
          .isInstanceOf(Failure.Refused.class)
          .hasMessageContaining("is a logical one");
      assertThat(server.psql("select slot_type from pg_replication_slots")).isEqualTo("logical");
    }
  }

  @Test
  void a_stream_says_how_far_the_repository_goes_and_no_more_when_it_ends() {
    // Red when: WalStreamer says of every stream that was told to end that it is whole.
    var store = new AwayStore(new MemoryStore("test", TimeSource.system()));
    try (var server = TestPostgres.of(17).start();
        var repository = TestRepository.in(store).open()) {
      server.psql("create table t(id int)");
      var stream = new RunningStream(repository, server);
      var durable = stream.awaitAll(server);

      store.away.set(true);
      server.psql("insert into t values (1)");
      stream.await(Event.Waiting.class);
      assertThat(stream.end()).isInstanceOfSatisfying(Ending.CutShort.class, cut -> {
        assertThat(cut.durable()).contains(durable);
        assertThat(cut.why().headline()).contains("the store does not answer");
      });

      store.away.set(false);
      var again = new RunningStream(repository, server);
      var all = again.awaitAll(server);
      assertThat(again.end())
          .isInstanceOfSatisfying(
              Ending.Whole.class,
              whole -> assertThat(whole.durable())
                  .hasValueSatisfying(lsn -> assertThat(lsn.isBefore(all)).isFalse()));
    }
  }
}
