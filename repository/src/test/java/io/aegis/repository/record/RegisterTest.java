package io.aegis.repository.record;

import static io.aegis.repository.Register.Kind.EXECUTION_STARTED;
import static io.aegis.repository.Register.Kind.SNAPSHOT_TAKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.TaskScope;
import io.aegis.repository.Register.Entry;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RegisterTest {
  private static final ObjectKey SUBJECT = new ObjectKey("snapshots/database/1");

  private final TestRepository made = TestRepository.inMemory();

  @Test
  void entries_are_read_as_they_were_appended() {
    try (var writer = made.open();
        var reader = made.open()) {
      var first = writer.register().append(SNAPSHOT_TAKEN, SUBJECT, "one");
      var second = writer.register().append(EXECUTION_STARTED, SUBJECT, "two");
      assertThat(reader.register().entries()).containsExactly(first, second);
    }
  }

  @Test
  void writers_that_race_take_turns() throws InterruptedException {
    try (var scope = TaskScope.waiting("append", 8)) {
      for (int writer = 0; writer < 8; writer++) {
        scope.fork(() -> {
          try (var repository = made.open()) {
            for (int i = 0; i < 20; i++) {
              repository.register().append(SNAPSHOT_TAKEN, SUBJECT, "");
            }
            return "";
          }
        });
      }
      scope.join();
    }
    try (var repository = made.open()) {
      assertThat(repository.register().entries())
          .extracting(Entry::sequence)
          .containsExactlyElementsOf(LongStream.range(0, 160).boxed().toList());
    }
  }

  @Test
  void a_missing_entry_breaks_the_chain() {
    appendThree();
    made.store().delete(Layout.registerEntry(1));
    assertBroken();
  }

  // Red when: the hash of the previous entry is not compared.
  @Test
  void a_rewritten_history_breaks_the_chain() {
    appendThree();
    var tail = made.store().find(Layout.registerEntry(2)).orElseThrow();
    made.store().delete(Layout.registerEntry(1));
    made.store().delete(Layout.registerEntry(2));
    try (var repository = made.open()) {
      repository.register().append(SNAPSHOT_TAKEN, SUBJECT, "another second");
    }
    made.store().putIfAbsent(Layout.registerEntry(2), Body.of(tail));
    assertBroken();
  }

  private void appendThree() {
    try (var repository = made.open()) {
      for (var fact : new String[] {"one", "two", "three"}) {
        repository.register().append(SNAPSHOT_TAKEN, SUBJECT, fact);
      }
    }
  }

  private void assertBroken() {
    try (var repository = made.open()) {
      assertThatThrownBy(() -> repository.register().entries())
          .isInstanceOf(Damaged.class)
          .hasMessageContaining("register/");
    }
  }
}
