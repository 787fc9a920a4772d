package io.aegis.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.testing.RequiresPart;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresPart({"postgres-15", "postgres-17", "postgres-18"})
class WalScannerIT {

  /** What our reader says of the same stretch. */
  private static final class Seen {
    final List<WalEvent> events = new ArrayList<>();
    final List<String> ends = new ArrayList<>();
    final TreeMap<String, Integer> rows = new TreeMap<>();

    void add(WalEvent event) {
      events.add(event);
      switch (event) {
        case WalEvent.TransactionEnd end ->
          ends.add(end.start() + " " + end.outcome() + " " + end.xid());
        case WalEvent.RowChange row ->
          rows.merge(row.relation() + " " + row.change(), row.rows(), Integer::sum);
        default -> {}
      }
    }

    <T extends WalEvent> List<T> all(Class<T> kind) {
      return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"15,16", "15,1", "17,16", "17,64", "18,1", "18,16"})
  void what_is_read_is_what_pg_waldump_reads(int major, int segmentMib) throws IOException {
    var size = new SegmentSize(segmentMib << 20);
    try (var server = server(major, segmentMib)) {
      RealWal.load(server, 2000);
      var segments = RealWal.segments(server, size);
      var dumped = RealWal.waldump(server, segments.getFirst());
      var seen = new Seen();
      var scanner = new WalScanner(size, segments.getFirst().start(), Detail.ROWS, seen::add);
      var random = new Random(Seeds.next());
      for (var segment : segments) {
        feedInPieces(scanner, Files.readAllBytes(RealWal.file(server, segment)), random);
      }

      assertThat(scanner.state()).isInstanceOf(ScanState.Ended.class);
      assertThat(scanner.records()).isEqualTo(dumped.size());
      assertThat(scanner.firstRecord()).isEqualTo(dumped.getFirst().start());
      assertThat(scanner.lastStart()).isEqualTo(dumped.getLast().start());
      assertThat(seen.ends).isEqualTo(RealWal.ends(dumped)).hasSizeGreaterThan(2000);
      assertThat(seen.rows).isEqualTo(RealWal.rows(dumped));
      assertThat(seen.all(WalEvent.SegmentSwitch.class)).isNotEmpty();
      assertThat(seen.all(WalEvent.RestorePoint.class))
          .extracting(WalEvent.RestorePoint::name)
          .containsExactly("before the mistake");
      assertThat(seen.all(WalEvent.Prepare.class)).hasSize(2);
      assertThat(seen.all(WalEvent.TransactionEnd.class))
          .anySatisfy(end -> assertThat(end.dropped()).isNotEmpty())
          .anySatisfy(end -> assertThat(end.subtransactions()).hasSize(2));
      assertThat(scanner.system().orElseThrow().toString())
          .isEqualTo(server.control("Database system identifier"));
    }
  }

  private static TestPostgres server(int major, int segmentMib) {
    return TestPostgres.of(major)
        .walSegmentMib(segmentMib)
        .setting("max_prepared_transactions", "4")
        .setting("wal_keep_size", "1GB")
        .start();
  }

  /** Pieces of any size, most of them odd: bytes arrive as they like. */
  private static void feedInPieces(WalScanner scanner, byte[] bytes, Random random) {
    int at = 0;
    while (at < bytes.length) {
      int most = random.nextInt(4) == 0 ? 64 : 1 << 17;
      int count = Math.min(bytes.length - at, 1 + random.nextInt(most));
      scanner.feed(bytes, at, count);
      at += count;
    }
  }
}
