package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Digest;
import io.aegis.repository.ComponentName;
import io.aegis.repository.FileSpec;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.StoredFile;
import io.aegis.repository.content.Fragmentation;
import io.aegis.repository.pack.FrameRef;
import io.aegis.repository.pack.PackId;
import io.aegis.repository.snapshot.Manifest.Page;
import io.aegis.repository.testing.Specification;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotFormatTest {
  private static final PackId ONE = new PackId(1, 0x0101010101010101L, 0x0101010101010101L);
  private static final PackId TWO = new PackId(1, 0x0202020202020202L, 0x0202020202020202L);
  private static final Instant TIME = Instant.parse("2026-11-23T14:04:51Z");

  private final Specification page = new Specification("snapshot.md");

  @Test
  void a_table_page_has_exactly_the_bytes_of_the_specification() {
    var lines = List.of(
        line("base", new Kind.Directory(), 0),
        line("base/1", new Kind.File(8192), 8000),
        line("link", new Kind.Link("base/1"), 0));
    page.says("table", TablePage.encode(lines));
    assertThat(TablePage.decode(page.example("table"))).isEqualTo(lines);
    assertThat(lines.get(1).file().spec().path()).isEqualTo("base/1");
    assertThat(lines.get(1).file().size()).isEqualTo(8000);
  }

  private static Line line(String path, Kind kind, long size) {
    return Line.of(new StoredFile(new FileSpec(path, kind, 0600, TIME), size, new byte[1]));
  }

  @Test
  void a_manifest_has_exactly_the_bytes_of_the_specification() {
    var packs = new LinkedHashMap<PackId, Long>();
    packs.put(ONE, 1000L);
    packs.put(TWO, 2000L);
    var first = "base".getBytes(StandardCharsets.UTF_8);
    var table = new Page(first, 3, new FrameRef(TWO, 32, 90), new byte[32], List.of(ONE, TWO));
    page.says("manifest", new Manifest(packs, List.of(table), new Fragmentation()).encode());
    var manifest = Manifest.decode(page.example("manifest"));
    assertThat(manifest.packs()).isEqualTo(packs);
    assertThat(manifest.pages().getFirst().needed()).containsExactly(ONE, TWO);
  }

  @Test
  void a_root_has_exactly_the_bytes_of_the_specification() {
    var summary = new SnapshotSummary(
        new SnapshotId("20261123T140451Z-7f3a9c12"),
        new ComponentName("database"),
        TIME,
        TIME.plusSeconds(9),
        3,
        8000,
        3000,
        new byte[] {1, 2});
    var root = new Root(summary, new Digest("ab".repeat(32)));
    page.says("root", root.encode());
    var read = Root.decode(page.example("root"));
    assertThat(read.summary().id()).isEqualTo(summary.id());
    assertThat(read.manifest()).isEqualTo(root.manifest());
    assertThat(read.summary().attributes()).containsExactly(1, 2);
  }
}
