package io.aegis.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.testing.RequiresPart;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One real segment, spoiled in every way that a seed can think of. */
@RequiresPart("postgres-17")
class WalScannerSim {
  private static final SegmentSize SIZE = new SegmentSize(1 << 20);
  private static final int TRIES = 600;
  private static Lsn begin = Lsn.INVALID;
  private static byte[] log = {};
  private static List<WalEvent> truth = List.of();

  @BeforeAll
  static void take_three_real_segments() throws IOException {
    try (var server = TestPostgres.of(17)
        .walSegmentMib(1)
        .setting("max_prepared_transactions", "4")
        .setting("wal_keep_size", "1GB")
        .start()) {
      RealWal.load(server, 400);
      var segments = RealWal.segments(server, SIZE);
      begin = segments.get(1).start();
      log = new byte[3 * SIZE.bytes()];
      for (int i = 0; i < 3; i++) {
        var bytes = Files.readAllBytes(RealWal.file(server, segments.get(i + 1)));
        System.arraycopy(bytes, 0, log, i * SIZE.bytes(), bytes.length);
      }
      truth = read(log).events();
    }
  }

  private record Outcome(List<WalEvent> events, ScanState state) {}

  private static Outcome read(byte[] bytes) {
    return read(bytes, 0);
  }

  private static Outcome read(byte[] bytes, int from) {
    var events = new ArrayList<WalEvent>();
    var scanner = new WalScanner(SIZE, begin.plus(from), Detail.ROWS, events::add);
    scanner.feed(bytes, from, bytes.length - from);
    return new Outcome(events, scanner.state());
  }

  @Test
  void whatever_bit_flips_the_answer_is_a_prefix_of_the_truth() {
    var random = new Random(Seeds.next());
    int noticed = 0;
    for (int i = 0; i < TRIES; i++) {
      var spoiled = log.clone();
      int bit = random.nextInt(spoiled.length * 8);
      spoiled[bit >> 3] ^= (byte) (1 << (bit & 7));
      var outcome = read(spoiled);
      assertThat(truth.subList(0, outcome.events().size())).isEqualTo(outcome.events());
      noticed += outcome.state() instanceof ScanState.Reading ? 0 : 1;
    }
    // What is not noticed lies in padding, or in a page header's timeline.
    assertThat(noticed).isGreaterThan(TRIES * 9 / 10);
  }

  @Test
  void whatever_stretch_is_overwritten_the_answer_is_a_prefix_of_the_truth() {
    var random = new Random(Seeds.next());
    for (int i = 0; i < TRIES; i++) {
      var spoiled = log.clone();
      int at = random.nextInt(spoiled.length);
      int length = Math.min(1 + random.nextInt(1 << random.nextInt(1, 17)), spoiled.length - at);
      switch (random.nextInt(3)) {
        case 0 -> Arrays.fill(spoiled, at, at + length, (byte) 0);
        case 1 -> {
          var noise = new byte[length];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, spoiled, at, length);
        }
        default -> System.arraycopy(log, random.nextInt(log.length - length), spoiled, at, length);
      }
      var outcome = read(spoiled);
      assertThat(truth.subList(0, outcome.events().size())).isEqualTo(outcome.events());
    }
  }

  @Test
  void a_scan_that_begins_at_any_page_tells_the_rest_of_the_truth() {
    for (int page = 0; page < log.length; page += WalScanner.PAGE) {
      var events = read(log, page).events();
      assertThat(truth.subList(truth.size() - events.size(), truth.size())).isEqualTo(events);
      var start = begin.plus(page);
      long behind = truth.stream().filter(e -> !e.start().isBefore(start)).count();
      assertThat((long) events.size()).isEqualTo(behind);
    }
  }

  @Test
  void noise_is_never_taken_for_a_log() {
    var random = new Random(Seeds.next());
    for (int i = 0; i < TRIES; i++) {
      var noise = new byte[random.nextInt(1, 40_000)];
      random.nextBytes(noise);
      assertThat(read(noise).events()).isEmpty();
    }
  }
}
