package io.aegis.repository.record;

import io.aegis.kernel.Digest;
import io.aegis.repository.Register.Entry;
import io.aegis.repository.Register.Kind;
import io.aegis.repository.testing.Specification;
import io.aegis.storage.ObjectKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RegisterFormatTest {
  @Test
  void an_entry_has_exactly_the_bytes_of_the_specification() {
    var subject = new ObjectKey("snapshots/database/20261123T120000Z-0a0b0c0d");
    var entry = new Entry(
        1, Kind.SNAPSHOT_TAKEN, subject, "ab".repeat(32), Instant.parse("2026-11-23T12:00:05Z"));
    var encoded = ChainedRegister.encode(entry, Digest.of(new byte[0]).hex());
    new Specification("register.md").says("entry-v1", encoded);
  }
}
