package io.aegis.repository.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.testing.Seeds;
import io.aegis.repository.content.DeltaPage.Patch;
import io.aegis.repository.content.FileMap.Bundled;
import io.aegis.repository.content.FileMap.Layer;
import io.aegis.repository.content.FileMap.Region;
import io.aegis.repository.content.FileMap.Regions;
import io.aegis.repository.content.Fingerprints.Fingerprint;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.testing.Specification;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class MapFormatTest {
  private static final PackId ONE = new PackId(1, 0x0101010101010101L, 0x0101010101010101L);
  private static final PackId TWO = new PackId(1, 0x0202020202020202L, 0x0202020202020202L);
  private static final Fingerprint PRINT =
      new Fingerprint(0xaaaaaaaaaaaaaaaaL, 0xbbbbbbbbbbbbbbbbL);
  private static final int MUTATIONS = 4000;

  private final Specification page = new Specification("map.md");

  @Test
  void a_base_map_has_exactly_the_bytes_of_the_specification() {
    page.says("base", base());
    var base = BasePage.decode(page.example("base"));
    assertThat(base.length()).isEqualTo(200_000);
    assertThat(base.frame(0)).hasValue(new FrameRef(ONE, 32, 100));
    assertThat(base.frame(1)).isEmpty();
    assertThat(base.frame(2)).hasValue(new FrameRef(ONE, 132, 120));
    assertThat(base.frame(3)).hasValue(new FrameRef(TWO, 32, 50));
    assertThat(base.fingerprint(3)).isEqualTo(PRINT);
  }

  private static byte[] base() {
    var builder = new BasePage.Builder();
    builder.frame(new FrameRef(ONE, 32, 100), PRINT);
    builder.zeros(PRINT);
    builder.frame(new FrameRef(ONE, 132, 120), PRINT);
    builder.frame(new FrameRef(TWO, 32, 50), PRINT);
    return builder.finish(200_000);
  }

  @Test
  void a_delta_map_has_exactly_the_bytes_of_the_specification() {
    page.says("delta", delta());
    var delta = DeltaPage.decode(page.example("delta"));
    assertThat(delta.covers(4)).isFalse();
    assertThat(delta.patch(7)).isEqualTo(new Patch(new FrameRef(ONE, 400, 80), 3));
    assertThat(delta.offsetInPatch(7)).isEqualTo(2 * Geometry.PAGE);
    assertThat(delta.fingerprint(0)).hasValue(PRINT);
    assertThat(delta.marked(2)).isTrue();
    assertThat(delta.fingerprint(2)).isEmpty();
  }

  private static byte[] delta() {
    var delta = DeltaPage.EMPTY.copy();
    delta.add(new Patch(new FrameRef(ONE, 400, 80), 3), List.of(5, 6, 7));
    delta.add(new Patch(new FrameRef(TWO, 500, 40), 1), List.of(16));
    delta.mark(0, Optional.of(PRINT));
    delta.mark(2, Optional.empty());
    return delta.encode();
  }

  @Test
  void file_maps_have_exactly_the_bytes_of_the_specification() {
    var bundled = new Bundled(new FrameRef(ONE, 32, 90), 17, PRINT);
    page.says("bundled", bundled.encode());
    assertThat(FileMap.decode(page.example("bundled"))).isEqualTo(bundled);
    page.says("regions", regions().encode());
    assertThat(FileMap.decode(page.example("regions"))).isEqualTo(regions());
    assertThat(regions().packs()).containsExactlyInAnyOrder(ONE, TWO);
  }

  private static FileMap regions() {
    var layer = new Layer(new FrameRef(TWO, 600, 70), List.of(ONE, TWO));
    return new Regions(
        List.of(new Region(new FrameRef(ONE, 32, 90), List.of(ONE, TWO), Optional.of(layer), 27)));
  }

  @Test
  void a_malformed_map_is_called_so_and_nothing_else_happens() {
    mutate(base(), BasePage::decode);
    mutate(delta(), DeltaPage::decode);
    mutate(regions().encode(), FileMap::decode);
    assertThatThrownBy(() -> BasePage.decode(new byte[] {9})).isInstanceOf(Malformed.class);
  }

  private static void mutate(byte[] whole, Consumer<byte[]> parser) {
    var random = new Random(Seeds.next());
    for (int i = 0; i < MUTATIONS; i++) {
      var bytes = new ArrayList<Byte>();
      for (byte each : whole) {
        bytes.add(each);
      }
      for (int change = 1 + random.nextInt(4); change > 0; change--) {
        int at = random.nextInt(bytes.size());
        switch (random.nextInt(3)) {
          case 0 -> bytes.set(at, (byte) random.nextInt());
          case 1 -> bytes.add(at, (byte) random.nextInt());
          default -> bytes.subList(at, bytes.size()).clear();
        }
        bytes.add((byte) -1);
      }
      var mutated = new byte[bytes.size()];
      for (int at = 0; at < mutated.length; at++) {
        mutated[at] = bytes.get(at);
      }
      try {
        parser.accept(mutated);
      } catch (RuntimeException e) {
        Assertions.assertThat(e).isInstanceOf(Malformed.class);
      }
    }
  }
}
