package io.aegis.repository.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Secret;
import io.aegis.repository.RepositoryId;
import io.aegis.repository.seal.SealedObject.Kind;
import io.aegis.repository.testing.Specification;
import io.aegis.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
  private static final ObjectKey NAME = new ObjectKey("executions/42/journal-000000");
  private static final byte[] CONTENT = "abc".getBytes(StandardCharsets.US_ASCII);

  private final Specification page = new Specification("record.md");

  @Test
  void a_record_has_exactly_the_bytes_of_the_specification() {
    page.says("record", seals().seal(Kind.RECORD, NAME, CONTENT));
  }

  @Test
  void the_record_of_the_specification_opens() {
    assertThat(seals().open(Kind.RECORD, NAME, page.example("record"))).isEqualTo(CONTENT);
  }

  private static SealedObject seals() {
    var epochs = new TreeMap<Integer, Secret>();
    var key = new byte[32];
    Arrays.fill(key, (byte) 0x11);
    epochs.put(1, Secret.takeOwnershipOf(key));
    var ring = new KeyRing(new RepositoryId("22".repeat(16)), epochs);
    return new SealedObject(ring, Specification.counting());
  }
}
