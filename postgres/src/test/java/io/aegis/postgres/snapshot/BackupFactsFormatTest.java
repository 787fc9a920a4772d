package io.aegis.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Hex;
import io.aegis.postgres.BaseBackups.CorruptPage;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.control.ControlFile.Geometry;
import io.aegis.postgres.control.ControlFile.PageChecksums;
import io.aegis.postgres.control.ControlFile.Parameters;
import io.aegis.postgres.control.ControlFile.WalLevel;
import io.aegis.postgres.layout.Tablespace;
import io.aegis.postgres.layout.Tablespace.Place;
import io.aegis.postgres.snapshot.BackupFacts.Collation;
import io.aegis.postgres.snapshot.BackupFacts.CorruptPages;
import io.aegis.postgres.snapshot.BackupFacts.Extension;
import io.aegis.postgres.snapshot.BackupFacts.OutsideFile;
import io.aegis.postgres.snapshot.BackupFacts.Server;
import io.aegis.postgres.snapshot.BackupFacts.Span;
import io.aegis.postgres.snapshot.BackupFacts.Surroundings;
import io.aegis.repository.ComponentName;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class BackupFactsFormatTest {
  static final BackupFacts EXAMPLE = new BackupFacts(
      new Span(
          SystemIdentifier.parse("7575000000000000001"),
          new Incarnation("root-7575000000000000001"),
          new Timeline(1),
          Lsn.parse("2/8000028"),
          Lsn.parse("2/8E90F8"),
          Instant.parse("2026-11-23T14:04:51.250Z"),
          Instant.parse("2026-11-23T14:05:12Z")),
      new Server(
          170010,
          202406281,
          new Geometry(8192, 131072, 16 << 20),
          PageChecksums.ON,
          new Parameters(WalLevel.REPLICA, 100, 8, 10, 0, 64)),
      "START WAL LOCATION: 2/8000028\n",
      List.of(new Tablespace(16500, new Place.Linked("/space"))),
      new Surroundings(
          List.of(new Extension("plpgsql", "1.0")),
          List.of(new Collation("libc", "2.36")),
          List.of(new OutsideFile("/etc/pg/hba.conf", ".aegis/configuration/0-hba.conf"))),
      new CorruptPages(1, List.of(new CorruptPage("base/5/16384", 7))));

  @Test
  void facts_have_exactly_the_bytes_of_the_specification() throws IOException {
    assertThat(Hex.of(BackupFactsFormat.encode(EXAMPLE))).isEqualTo(documented());
  }

  @Test
  void what_the_specification_shows_is_read_back() throws IOException {
    assertThat(BackupFactsFormat.decode(Hex.parse(documented()))).isEqualTo(EXAMPLE);
  }

  @Test
  void facts_that_end_too_early_or_too_late_are_damage_that_names_the_snapshot() {
    var bytes = BackupFactsFormat.encode(EXAMPLE);
    for (int length = 0; length < bytes.length; length++) {
      var cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> BackupFactsFormat.of(summary(cut)))
          .isInstanceOf(Failure.Damaged.class)
          .hasMessageContaining("20261123T140451Z-7f3a9c12");
    }
    assertThatThrownBy(() -> BackupFactsFormat.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void facts_of_a_newer_version_are_not_guessed_at() {
    var bytes = BackupFactsFormat.encode(EXAMPLE);
    bytes[0] = 2;
    assertThatThrownBy(() -> BackupFactsFormat.of(summary(bytes)))
        .isInstanceOf(Failure.Damaged.class)
        .hasMessageContaining("version is 2");
  }

  private static SnapshotSummary summary(byte[] attributes) {
    var id = new SnapshotId("20261123T140451Z-7f3a9c12");
    var component = new ComponentName("db");
    return new SnapshotSummary(id, component, Instant.EPOCH, Instant.EPOCH, 1, 1, 1, attributes);
  }

  private static String documented() throws IOException {
    var page = Files.readString(Path.of("../docs/format/postgres-snapshot.md"));
    var block = Pattern.compile("```attributes-v1\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).isTrue();
    return block.group(1).replaceAll("\\s", "");
  }
}
