package io.aegis.repository.record;

import static io.aegis.repository.Register.Kind.EXECUTION_STARTED;
import static io.aegis.repository.Register.Kind.SNAPSHOT_TAKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TaskScope;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Finding.Severity;
import io.aegis.repository.Register.Entry;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.StoreTraffic;
import io.aegis.storage.StoreTraffic.Request;
import io.aegis.storage.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RegisterTest {
  private static final int LONG = 150;
  private static final ObjectKey SUBJECT = new ObjectKey("snapshots/database/1");

  private final TestRepository made = TestRepository.inMemory();

  @Test
  void entries_are_read_as_they_were_appended() {
    try (var writer = made.open();
        var reader = made.open()) {
      var first = writer.register().append(SNAPSHOT_TAKEN, SUBJECT, "one");
      var second = writer.register().append(EXECUTION_STARTED, SUBJECT, "two");
      assertThat(reader.register().entries()).endsWith(first, second).hasSize(3);
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
          .containsExactlyElementsOf(LongStream.range(0, 161).boxed().toList());
    }
  }

  @Test
  void a_missing_entry_breaks_the_chain() {
    appendThree();
    made.store().delete(Layout.registerEntry(1));
    assertBroken();
  }

  // Red when: what is neither found nor damaged is left out without a word.
  @Test
  void an_entry_that_is_listed_and_not_handed_out_is_missing() {
    appendThree();
    var forgetful = new ForwardingStore(made.store()) {
      @Override
      public Optional<byte[]> find(ObjectKey key) {
        return key.equals(Layout.registerEntry(2)) ? Optional.empty() : super.find(key);
      }
    };
    try (var repository = new TestRepository(forgetful, made.key(), made.ports()).open()) {
      var reading = repository.register().reading();
      assertThat(reading.isWhole()).isFalse();
      assertThat(reading.faults()).containsOnlyKeys(Layout.registerEntry(2));
    }
  }

  // Red when: the hash of the previous entry is not compared.
  @Test
  void a_rewritten_history_breaks_the_chain() {
    appendThree();
    var tail = made.store().find(Layout.registerEntry(2)).orElseThrow();
    made.store().delete(Layout.registerEntry(1));
    made.store().delete(Layout.registerEntry(2));
    made.store().delete(Layout.registerEntry(3));
    try (var repository = made.open()) {
      repository.register().append(SNAPSHOT_TAKEN, SUBJECT, "another second");
    }
    made.store().putIfAbsent(Layout.registerEntry(2), Body.of(tail));
    assertBroken();
  }

  // Red when: append takes the number of the first entry that is missing.
  @Test
  void a_missing_entry_keeps_its_number_free_and_can_be_brought_back() {
    appendThree();
    var second = made.store().find(Layout.registerEntry(1)).orElseThrow();
    made.store().delete(Layout.registerEntry(1));
    try (var repository = made.open()) {
      var appended = repository.register().append(SNAPSHOT_TAKEN, SUBJECT, "fourth");
      assertThat(appended.sequence()).isEqualTo(4);
      assertThat(repository.register().reading().isWhole()).isFalse();
      made.store().putIfAbsent(Layout.registerEntry(1), Body.of(second));
      assertThat(repository.register().entries()).hasSize(5);
    }
    assertThat(findings()).isEmpty();
  }

  // Red when: the first entry that cannot be read ends the reading, or an append.
  @Test
  void around_a_damaged_entry_the_rest_is_read_and_written_on() {
    var written = append(3);
    for (int number = 1; number <= 3; number++) {
      int damaged = number;
      var whole = made.store().find(Layout.registerEntry(number)).orElseThrow();
      spoil(Layout.registerEntry(number));
      try (var repository = made.open()) {
        var appended = repository.register().append(SNAPSHOT_TAKEN, SUBJECT, "after " + number);
        var reading = repository.register().reading();
        assertThat(reading.faults()).containsOnlyKeys(Layout.registerEntry(number));
        assertThat(reading.entries())
            .endsWith(appended)
            .containsAll(
                written.stream().filter(entry -> entry.sequence() != damaged).toList());
      }
      assertThat(findings()).singleElement().satisfies(finding -> {
        assertThat(finding.severity()).isEqualTo(Severity.AT_RISK);
        assertThat(finding.subject()).startsWith("register/");
      });
      made.store().delete(Layout.registerEntry(number));
      made.store().putIfAbsent(Layout.registerEntry(number), Body.of(whole));
      assertThat(findings()).isEmpty();
    }
  }

  // Red when: an entry behind a damaged newest one is refused for not knowing its hash.
  @Test
  void a_damaged_newest_entry_is_followed_by_the_next_and_fits_again_when_it_is_brought_back() {
    appendThree();
    var newest = made.store().find(Layout.registerEntry(3)).orElseThrow();
    spoil(Layout.registerEntry(3));
    append(1);
    try (var repository = made.open()) {
      assertThat(repository.register().reading().entries())
          .extracting(Entry::sequence)
          .containsExactly(0L, 1L, 2L, 4L);
    }
    made.store().delete(Layout.registerEntry(3));
    made.store().putIfAbsent(Layout.registerEntry(3), Body.of(newest));
    try (var repository = made.open()) {
      assertThat(repository.register().entries()).hasSize(5);
    }
  }

  // Red when: a chapter is written although an entry of it cannot be read.
  @Test
  void no_chapter_is_made_of_entries_that_cannot_be_read() {
    append(5);
    spoil(Layout.registerEntry(2));
    append(80);
    assertThat(made.store().find(Layout.registerChapter(0))).isEmpty();
    try (var repository = made.open()) {
      assertThat(repository.register().reading().faults()).hasSize(1);
      assertThat(repository.register().reading().entries()).hasSize(85);
    }
  }

  // Red when: no chapter is written, or none is read.
  @Test
  void a_long_register_is_read_in_few_requests_and_says_the_same() {
    var written = append(LONG);
    var traffic = new StoreTraffic();
    var counted =
        new TestRepository(Stores.counting(made.store(), traffic), made.key(), made.ports());
    try (var repository = counted.open()) {
      var before = traffic.requests(Request.FIND);
      assertThat(repository.register().entries()).endsWith(written.toArray(Entry[]::new));
      assertThat(traffic.requests(Request.FIND) - before).isLessThan(30);
    }
  }

  // Red when: what a chapter holds is believed to be there.
  @Test
  void an_entry_that_only_its_chapter_still_holds_is_missing() {
    append(LONG);
    made.store().delete(Layout.registerEntry(70));
    assertBroken();
  }

  // Red when: the chapter behind the last entry is not asked for.
  @Test
  void a_missing_tail_is_found_where_a_chapter_tells_of_it() {
    append(63);
    for (int number = 60; number < 64; number++) {
      made.store().delete(Layout.registerEntry(number));
    }
    assertBroken();
    assertThat(findings()).extracting(Finding::severity).containsOnly(Severity.AT_RISK);
  }

  @Test
  void an_entry_that_its_chapter_still_holds_is_read_from_there_and_found_by_a_check() {
    var written = append(LONG);
    spoil(Layout.registerEntry(70));
    try (var repository = made.open()) {
      assertThat(repository.register().entries()).endsWith(written.toArray(Entry[]::new));
    }
    assertThat(findings()).extracting(Finding::severity).containsOnly(Severity.AT_RISK);
  }

  @Test
  void a_damaged_chapter_costs_requests_and_nothing_else() {
    var written = append(LONG);
    spoil(Layout.registerChapter(1));
    try (var repository = made.open()) {
      assertThat(repository.register().entries()).endsWith(written.toArray(Entry[]::new));
    }
    assertThat(findings()).singleElement().satisfies(finding -> {
      assertThat(finding.severity()).isEqualTo(Severity.HARMLESS);
      assertThat(finding.subject()).isEqualTo(Layout.registerChapter(1).name());
    });
  }

  @Test
  void a_missing_chapter_is_written_by_whoever_appends_next() {
    append(LONG);
    made.store().delete(Layout.registerChapter(0));
    assertThat(findings()).hasSize(1);
    append(1);
    assertThat(findings()).isEmpty();
    assertThat(made.store().find(Layout.registerChapter(0))).isPresent();
  }

  private List<Finding> findings() {
    try (var repository = made.open()) {
      return repository.check(CheckDepth.STRUCTURE, Progress.SILENT).stream()
          .filter(finding -> !finding.subject().startsWith("snapshots/"))
          .toList();
    }
  }

  private void spoil(ObjectKey key) {
    var content = made.store().find(key).orElseThrow();
    content[content.length / 2] ^= 1;
    made.store().delete(key);
    made.store().putIfAbsent(key, Body.of(content));
  }

  private List<Entry> append(int count) {
    var written = new ArrayList<Entry>();
    try (var repository = made.open()) {
      for (int i = 0; i < count; i++) {
        written.add(repository.register().append(EXECUTION_STARTED, SUBJECT, "fact " + i));
      }
    }
    return written;
  }

  private void appendThree() {
    append(3);
  }

  private void assertBroken() {
    try (var repository = made.open()) {
      assertThatThrownBy(() -> repository.register().entries())
          .isInstanceOf(Damaged.class)
          .hasMessageContaining("register/");
    }
  }
}
