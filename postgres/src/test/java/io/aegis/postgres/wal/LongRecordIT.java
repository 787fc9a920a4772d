package io.aegis.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.testing.Program;
import io.aegis.kernel.testing.RequiresPart;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records of many MiB, which PostgreSQL writes up to 1020 of. */
@RequiresPart("postgres-17")
class LongRecordIT {
  private static final SegmentSize SIZE = new SegmentSize(16 << 20);
  private static final String HEAP = "-Xmx24m";
  private static final int LONG = 40 << 20;

  private final TestPostgres server = TestPostgres.of(17)
      .setting("autovacuum", "off")
      .setting("wal_keep_size", "1GB")
      .setting("max_wal_size", "4GB")
      .setting("wal_buffers", "64kB")
      .start();

  @AfterEach
  void close() {
    server.close();
  }

  private void commit(String text) {
    server.psql("insert into t values ('" + text + "')");
  }

  private String insertPosition() {
    return server.psql("select pg_current_wal_insert_lsn()").strip();
  }

  /** What a process with that heap reads of all that is there. */
  private List<String> read() throws IOException {
    var segments = RealWal.segments(server, SIZE);
    var line = new ArrayList<String>();
    line.addAll(List.of(System.getProperty("java.home") + "/bin/java", HEAP, "-XX:+UseSerialGC"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(ScanInLittleMemory.class.getName(), Integer.toString(SIZE.bytes())));
    line.add(segments.getFirst().start().toString());
    segments.forEach(segment -> line.add(RealWal.file(server, segment).toString()));
    return Program.of(line).run().orFail().lines().toList();
  }

  /** What pg_waldump reads of the same. */
  private List<String> expected() throws IOException {
    var dumped = RealWal.waldump(server, RealWal.segments(server, SIZE).getFirst());
    var records = Stream.of(dumped.size() + " records", "Ended");
    return Stream.concat(RealWal.ends(dumped).stream(), records).toList();
  }

  // Red when: RecordDecoder.keeps says that all of a record is kept, as WalScanner did.
  @Test
  void t48_a_record_larger_than_the_heap_is_read_past_and_what_follows_is_told()
      throws IOException {
    server.psql("create table t(v text)");
    commit("before");
    server.psql("begin; insert into t values ('in'); select pg_logical_emit_message("
        + "true, 'x', repeat('a', " + LONG + ")); commit");
    server.psql("select pg_logical_emit_message(false, 'x', repeat('b', " + LONG + "))");
    commit("after");

    assertThat(read()).isEqualTo(expected()).hasSizeGreaterThan(4);
  }

  // Red when: RecordInPieces.clear does not reset the checksum.
  @Test
  @Timeout(120)
  void t48_a_record_larger_than_the_heap_that_a_crash_cut_off_is_passed_over() throws IOException {
    server.psql("create table t(v text)");
    commit("before");
    var enough = Lsn.parse(insertPosition()).plus(LONG);
    server.startTool(
        "psql",
        "-c",
        "select pg_logical_emit_message(false, 'x', repeat('a', " + 10L * LONG + "))");
    var written = "select pg_current_wal_lsn() >= '" + enough + "'";
    while (!server.psql(written).strip().equals("t")) {
      Thread.onSpinWait();
    }
    server.kill();
    server.start();
    commit("after");

    var dumped = RealWal.waldump(server, RealWal.segments(server, SIZE).getFirst());
    assertThat(dumped).anyMatch(line -> line.text().startsWith("OVERWRITE_CONTRECORD"));
    assertThat(read()).isEqualTo(expected());
  }

  // Red when: WalScanner.inPieces believes a record that is not kept whole.
  @Test
  void t48_a_bit_that_flipped_in_the_middle_of_a_long_record_is_damage() throws IOException {
    server.psql("create table t(v text)");
    commit("before");
    var start = Lsn.parse(insertPosition());
    server.psql("select pg_logical_emit_message(true, 'x', repeat('a', " + LONG + "))");
    commit("after");
    var segments = RealWal.segments(server, SIZE);
    var spoiled = start.plus(LONG / 2);

    var events = new ArrayList<WalEvent>();
    var scanner =
        new WalScanner(SIZE, segments.getFirst().start(), Detail.TRANSACTIONS, events::add);
    for (var segment : segments) {
      var bytes = Files.readAllBytes(RealWal.file(server, segment));
      if (segment.start().equals(SIZE.floor(spoiled))) {
        bytes[SIZE.offsetOf(spoiled)] ^= 0x10;
      }
      scanner.feed(bytes);
    }

    assertThat(scanner.state()).isInstanceOfSatisfying(ScanState.Damaged.class, damaged -> {
      assertThat(damaged.at()).isEqualTo(scanner.lastEnd());
      assertThat(damaged.what()).contains("checksum");
    });
    assertThat(events).isNotEmpty().allMatch(event -> !event.end().isAfter(damagedAt(scanner)));
  }

  private static Lsn damagedAt(WalScanner scanner) {
    return ((ScanState.Damaged) scanner.state()).at();
  }

  // Red when: RecordDecoder.keeps counts an end of a transaction among what is skipped.
  @Test
  void t48_a_commit_with_hundreds_of_thousands_of_subtransactions_is_understood()
      throws IOException {
    int many = 300_000;
    server.psql("create table t(v int)");
    server.psql("do $$ begin for i in 1.." + many + " loop begin insert into t values (i);"
        + " exception when division_by_zero then null; end; end loop; end $$");
    commit("0");

    var dumped = RealWal.ends(
        RealWal.waldump(server, RealWal.segments(server, SIZE).getFirst(), "--rmgr=Transaction"));
    var told = read().stream().filter(line -> line.contains(" COMMIT ")).toList();
    assertThat(told).hasSameSizeAs(dumped).contains(dumped.get(dumped.size() - 2) + " " + many);
    assertThat(told.getLast()).isEqualTo(dumped.getLast());
  }
}
