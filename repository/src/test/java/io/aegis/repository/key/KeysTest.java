package io.aegis.repository.key;

import static io.aegis.repository.RepositoryCode.FORMAT_TOO_NEW;
import static io.aegis.repository.RepositoryCode.KEY_IN_USE;
import static io.aegis.repository.RepositoryCode.LAST_KEY_SLOT;
import static io.aegis.repository.RepositoryCode.NOT_EMPTY;
import static io.aegis.repository.RepositoryCode.NO_REPOSITORY;
import static io.aegis.repository.RepositoryCode.WRONG_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FailureCode;
import io.aegis.kernel.Progress;
import io.aegis.kernel.Secret;
import io.aegis.kernel.TimeSource;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.Finding;
import io.aegis.repository.Keys;
import io.aegis.repository.Ports;
import io.aegis.repository.Register;
import io.aegis.repository.Repositories;
import io.aegis.repository.Unlock;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.testing.TestRepository;
import io.aegis.storage.Body;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectKey;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class KeysTest {
  private final TestRepository made = TestRepository.inMemory();

  @Test
  void every_kind_of_key_opens_the_repository() {
    Unlock words = new Unlock.RecoveryWords(Repositories.newRecoveryWords(Entropy.secure()));
    Unlock passphrase = new Unlock.Passphrase(Secret.ofText("correct horse battery staple"));
    try (var repository = made.open()) {
      repository.keys().add(words, "paper in the safe");
      repository.keys().add(passphrase, "in Ada's head");
      for (var unlock : new Unlock[] {words, passphrase}) {
        try (var again = Repositories.open(made.store(), unlock, Ports.system())) {
          assertThat(again.id()).isEqualTo(repository.id());
        }
      }
      assertThat(repository.keys().slots())
          .extracting(Keys.Slot::kind)
          .containsExactlyInAnyOrder("key-file", "recovery-words", "passphrase");
      assertThat(repository.register().entries())
          .extracting(Register.Entry::kind)
          .hasSize(3)
          .containsOnly(Register.Kind.KEY_SLOT_ADDED);
    }
  }

  @Test
  void a_key_of_another_repository_is_refused() {
    Unlock stranger = new Unlock.KeyFile(Repositories.newKeyFile(Entropy.secure()));
    assertRefused(WRONG_KEY, () -> Repositories.open(made.store(), stranger, Ports.system()));
    try (var repository = made.open()) {
      assertRefused(WRONG_KEY, () -> repository.keys().test(stranger));
      assertThat(repository.keys().test(made.key()).label()).isEqualTo("first");
    }
  }

  @Test
  void a_removed_slot_no_longer_opens() {
    Unlock second = new Unlock.KeyFile(Repositories.newKeyFile(Entropy.secure()));
    try (var repository = made.open()) {
      var slot = repository.keys().add(second, "second");
      repository.keys().remove(slot.id());
      assertRefused(WRONG_KEY, () -> Repositories.open(made.store(), second, Ports.system()));
    }
  }

  // Red when: the first slot is not registered, or the register is not compared with the slots.
  @Test
  void a_slot_that_vanished_is_missed_and_a_removed_one_is_not() {
    try (var repository = made.open()) {
      var keys = repository.keys();
      var first = keys.slots().getFirst();
      var second = keys.add(new Unlock.Passphrase(Secret.ofText("correct horse")), "second");
      var third = keys.add(new Unlock.Passphrase(Secret.ofText("battery staple")), "third");
      keys.remove(third.id());
      assertThat(repository.check(CheckDepth.STRUCTURE, Progress.SILENT)).isEmpty();
      for (var slot : List.of(first, second)) {
        made.store().delete(Layout.keySlot(slot.id()));
      }
      assertThat(repository.check(CheckDepth.STRUCTURE, Progress.SILENT))
          .extracting(Finding::subject)
          .containsExactlyInAnyOrder(
              Layout.keySlot(first.id()).name(), Layout.keySlot(second.id()).name());
    }
  }

  // Red when: remove() does not count the slots.
  @Test
  void the_last_slot_cannot_be_removed() {
    try (var repository = made.open()) {
      var only = repository.keys().slots().getFirst();
      assertRefused(LAST_KEY_SLOT, () -> repository.keys().remove(only.id()));
    }
  }

  // Red when: remove() does not ask by which slot the repository was opened.
  @Test
  void the_slot_that_opened_the_repository_is_removed_by_another_key_only() {
    Unlock second = new Unlock.KeyFile(Repositories.newKeyFile(Entropy.secure()));
    String first;
    try (var repository = made.open()) {
      first = repository.keys().slots().getFirst().id();
      repository.keys().add(second, "second");
      assertRefused(KEY_IN_USE, () -> repository.keys().remove(first));
      assertThat(repository.keys().slots()).hasSize(2);
    }
    try (var repository = Repositories.open(made.store(), second, Ports.system())) {
      repository.keys().remove(first);
      assertThat(repository.keys().slots()).hasSize(1);
    }
  }

  @Test
  void an_empty_place_holds_no_repository() {
    var empty = new MemoryStore("empty", TimeSource.system());
    assertRefused(NO_REPOSITORY, () -> Repositories.open(empty, made.key(), Ports.system()));
  }

  @Test
  void no_repository_is_made_where_something_is() {
    assertRefused(NOT_EMPTY, () -> Repositories.init(made.store(), made.key(), Ports.system()));
    var foreign = new MemoryStore("foreign", TimeSource.system());
    foreign.putIfAbsent(new ObjectKey("holiday.jpg"), Body.of(new byte[3]));
    assertRefused(NOT_EMPTY, () -> Repositories.init(foreign, made.key(), Ports.system()));
  }

  // Red when: a slot that the register does not know is called a slot of this repository.
  @Test
  void an_init_that_died_before_its_header_can_be_repeated() {
    var store = new MemoryStore("half", TimeSource.system());
    var dying = new Ports(TimeSource.system(), Entropy.secure(), name -> {
      throw new IllegalStateException(name);
    });
    assertThatThrownBy(() -> Repositories.init(store, made.key(), dying))
        .hasMessage("repository.first-slot-written");
    Repositories.init(store, made.key(), Ports.system()).close();
    try (var repository = Repositories.open(store, made.key(), Ports.system())) {
      assertThat(repository.keys().slots()).hasSize(1);
      assertThat(repository.check(CheckDepth.READ_DATA, Progress.SILENT))
          .extracting(Finding::severity)
          .containsExactly(Finding.Severity.HARMLESS);
    }
  }

  @Test
  void a_later_format_is_refused_by_its_number() {
    var header = made.store().find(Layout.HEADER).orElseThrow();
    header[5]++;
    replace(Layout.HEADER, header);
    assertRefused(FORMAT_TOO_NEW, made::open);
  }

  // Red when: the header's key is sealed without the header as associated data.
  @Test
  void a_flipped_bit_in_the_header_is_found() {
    var header = made.store().find(Layout.HEADER).orElseThrow();
    for (int bit = 0; bit < header.length * 8; bit++) {
      var flipped = header.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      replace(Layout.HEADER, flipped);
      assertThatThrownBy(made::open).isInstanceOf(Failure.class);
    }
  }

  @Test
  void a_flipped_bit_in_a_slot_is_found_without_its_key() {
    try (var repository = made.open()) {
      var key = Layout.keySlot(repository.keys().slots().getFirst().id());
      var slot = made.store().find(key).orElseThrow();
      for (int bit = 0; bit < slot.length * 8; bit++) {
        var flipped = slot.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        replace(key, flipped);
        assertThat(repository.keys().slots()).as("bit %d", bit).isEmpty();
        assertThat(repository.check(CheckDepth.STRUCTURE, Progress.SILENT))
            .as("bit %d", bit)
            .extracting(Finding::severity)
            .containsOnly(Finding.Severity.AT_RISK);
      }
    }
  }

  private void replace(ObjectKey key, byte[] content) {
    made.store().delete(key);
    made.store().putIfAbsent(key, Body.of(content));
  }

  private static void assertRefused(FailureCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(Failure.Refused.class))
        .extracting(Failure::code)
        .isEqualTo(code);
  }
}
