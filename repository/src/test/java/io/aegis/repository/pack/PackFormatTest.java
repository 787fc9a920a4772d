package io.aegis.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.aegis.kernel.Secret;
import io.aegis.kernel.TimeSource;
import io.aegis.repository.RepositoryId;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.pack.PackStream.Setting;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.repository.seal.Compression;
import io.aegis.repository.seal.KeyRing;
import io.aegis.repository.testing.Specification;
import io.aegis.storage.Body;
import io.aegis.storage.MemoryStore;
import io.aegis.storage.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PackFormatTest {
  private static final byte[] CONTENT = "abc".getBytes(StandardCharsets.US_ASCII);
  private static final ObjectKey NAME = Layout.pack("000102030405060708090a0b0c0d0e0f");

  private final Specification page = new Specification("pack.md");
  private final MemoryStore store = new MemoryStore("packs", TimeSource.system());

  @Test
  void a_pack_of_one_frame_has_exactly_the_bytes_of_the_specification() {
    var setting =
        new Setting(store, ring(), Specification.counting(), new Compression(1, 5, 14), 1 << 20);
    try (var packs = new PackStream(setting, new PackLedger(), durable -> {})) {
      packs.append(FrameType.CONTENT, Slice.of(CONTENT));
      packs.finish();
    }
    page.says("pack", store.find(NAME).orElseThrow());
  }

  @Test
  void the_pack_of_the_specification_opens() {
    var pack = page.example("pack");
    store.putIfAbsent(NAME, Body.of(pack));
    var id = new PackId(1, 0x0001020304050607L, 0x08090a0b0c0d0e0fL);
    try (var frames = new PackFrames(store, ring());
        var verifier = new PackVerifier(store, ring())) {
      assertThat(frames.read(new FrameRef(id, 32, 20), FrameType.CONTENT)).isEqualTo(CONTENT);
      assertThatCode(() -> verifier.verify(NAME, pack.length)).doesNotThrowAnyException();
    }
  }

  private static KeyRing ring() {
    var epochs = new TreeMap<Integer, Secret>();
    var key = new byte[32];
    Arrays.fill(key, (byte) 0x11);
    epochs.put(1, Secret.takeOwnershipOf(key));
    return new KeyRing(new RepositoryId("22".repeat(16)), epochs);
  }
}
