package io.aegis.repository.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Hex;
import io.aegis.kernel.Secret;
import io.aegis.repository.RepositoryId;
import io.aegis.repository.Unlock;
import io.aegis.repository.key.Header.Parameters;
import io.aegis.repository.key.KeySlot.Origin;
import io.aegis.repository.seal.Compression;
import io.aegis.repository.testing.Specification;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KeyFormatTest {
  private static final RepositoryId REPOSITORY = new RepositoryId("22".repeat(16));
  private static final Instant ADDED = Instant.parse("2026-11-23T00:00:00Z");

  private final Specification keys = new Specification("keys.md");

  @Test
  void a_slot_of_a_key_file_has_exactly_the_bytes_of_the_specification() {
    var key = new Unlock.KeyFile(Secret.ofText("aegis-key-1\n" + "33".repeat(32) + "\n"));
    assertSlot("key-file slot", key);
  }

  @Test
  void a_slot_of_words_has_exactly_the_bytes_of_the_specification() {
    assertSlot("words slot", new Unlock.RecoveryWords(Secret.ofText("zoo ".repeat(23) + "vote")));
  }

  @Test
  void a_slot_of_a_passphrase_has_exactly_the_bytes_of_the_specification() {
    assertSlot("passphrase slot", new Unlock.Passphrase(Secret.ofText("correct horse")));
  }

  private void assertSlot(String example, Unlock unlock) {
    var origin = new Origin(Specification.counting(), ADDED);
    keys.says(example, KeySlot.wrap(master(), unlock, REPOSITORY, "ops", origin).encode());
    var slot = KeySlot.decode(keys.example(example));
    assertThat(slot.authentic(master(), REPOSITORY)).isTrue();
    assertThat(slot.unwrap(unlock, REPOSITORY).orElseThrow().<String>use(Hex::of))
        .isEqualTo("44".repeat(32));
  }

  @Test
  void a_header_has_exactly_the_bytes_of_the_specification() {
    var page = new Specification("header.md");
    var parameters = new Parameters(new Compression(1, 5, 14), "1.5.7-28");
    page.says(
        "header", Header.create(master(), parameters, Specification.counting()).encode());
    var header = Header.decode(page.example("header"));
    assertThat(header.parameters()).isEqualTo(parameters);
    assertThat(header.openEpoch(master()).<String>use(Hex::of)).startsWith("30313233");
  }

  private static Secret master() {
    var master = new byte[32];
    Arrays.fill(master, (byte) 0x44);
    return Secret.takeOwnershipOf(master);
  }
}
