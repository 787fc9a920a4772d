package io.aegis.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Hex;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.IncarnationClaim.Origin;
import io.aegis.postgres.archive.SliceSummary.NamedPoint;
import io.aegis.postgres.wal.PgTime;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.ComponentName;
import io.aegis.storage.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is written is what {@code docs/format/wal.md} says, and what it says is read. */
class WalFormatTest {
  private static final Timeline ONE = new Timeline(1);
  private static final Instant TIME = Instant.parse("2026-11-23T14:05:12Z");
  private static final long MICROS = PgTime.ofInstant(TIME);
  private static final SystemIdentifier SYSTEM = SystemIdentifier.parse("7575000000000000001");
  private static final Incarnation ROOT = Incarnation.rootOf(SYSTEM);
  private static final Lsn END = Lsn.parse("2/8E0090F8");
  private static final Edge.Commit COMMIT =
      new Edge.Commit(Lsn.parse("2/8E0090C8"), END, TIME, 741);
  private static final LogSpan SLICE =
      new LogSpan(Lsn.parse("2/8E000000"), Lsn.parse("2/8F000000"));

  private static final IncarnationClaim CLAIM = new IncarnationClaim(
      new Incarnation("7f3a9c1288aa0011"),
      SYSTEM,
      SegmentSize.DEFAULT,
      new Origin.Fork(ROOT, ONE, END),
      TIME);
  private static final DurableMark MARK = new DurableMark(END, END, TIME, TIME, COMMIT);
  private static final SliceSummary SUMMARY = new SliceSummary(
      SLICE,
      1,
      COMMIT,
      COMMIT,
      MICROS,
      MICROS,
      741,
      741,
      new LogSpan(COMMIT.start(), COMMIT.end()),
      List.of(new NamedPoint("before", new LogSpan(END, END.plus(104)), MICROS)));
  private static final DeclaredGap GAP = new DeclaredGap(SLICE, "removed", TIME);

  @Test
  void names_are_those_of_the_specification() throws IOException {
    var part = new LogSpan(SLICE.from(), END);
    var size = SegmentSize.DEFAULT;
    assertThat(example("names").lines())
        .containsExactly(
            WalNames.streamedFor(new ComponentName("shop-db"), ROOT).name(),
            WalNames.piece(Piece.Kind.PART, ROOT, ONE, part, size).key().name(),
            WalNames.piece(Piece.Kind.SLICE, ROOT, ONE, SLICE, size).key().name(),
            WalNames.summary(ROOT, ONE, SUMMARY, size).name(),
            WalNames.mark(ROOT, ONE, MARK).name());
  }

  @Test
  void names_are_read_as_they_are_written() {
    var size = SegmentSize.DEFAULT;
    var part = WalNames.piece(Piece.Kind.PART, ROOT, ONE, new LogSpan(SLICE.from(), END), size);
    assertThat(WalNames.piece(part.key(), size)).contains(part);
    var summary = WalNames.summary(ROOT, ONE, SUMMARY, size);
    assertThat(WalNames.summary(summary, size).orElseThrow().span()).isEqualTo(SLICE);
    assertThat(WalNames.mark(WalNames.mark(ROOT, ONE, MARK))).contains(END);
    assertThat(WalNames.gap(WalNames.gap(ROOT, ONE, SLICE))).contains(SLICE);
    assertThat(WalNames.timelineOf(summary)).contains(ONE);
  }

  @Test
  void a_claim_has_exactly_the_bytes_of_the_specification() throws IOException {
    check("claim-v1", CLAIM, IncarnationClaim::encode, IncarnationClaim::decode);
  }

  // Red when: Incarnations.streamedSince writes anything else.
  @Test
  void what_is_noted_of_a_component_has_exactly_the_bytes_of_the_specification()
      throws IOException {
    assertThat(Hex.of(Incarnations.streamedSince(TIME)))
        .isEqualTo(example("streamed-v1").replace("\n", ""));
  }

  // Red when: WalNames.streamedLife takes any name below components/ for one of a life.
  @Test
  void a_name_that_is_no_component_s_tells_nothing() {
    var name = WalNames.streamedFor(new ComponentName("shop-db"), ROOT);
    assertThat(WalNames.streamedLife(name)).contains(ROOT);
    for (var other : List.of("components/A/db", "components/a/D", "components/a/b/c")) {
      assertThat(WalNames.streamedLife(new ObjectKey(other))).isEmpty();
    }
  }

  @Test
  void a_mark_has_exactly_the_bytes_of_the_specification() throws IOException {
    check("mark-v1", MARK, DurableMark::encode, DurableMark::decode);
  }

  @Test
  void a_summary_has_exactly_the_bytes_of_the_specification() throws IOException {
    check("summary-v1", SUMMARY, SliceSummary::encode, SliceSummary::decode);
  }

  @Test
  void a_gap_has_exactly_the_bytes_of_the_specification() throws IOException {
    check("gap-v1", GAP, DeclaredGap::encode, DeclaredGap::decode);
  }

  private static <T> void check(
      String name, T value, Function<T, byte[]> encode, Function<byte[], T> decode)
      throws IOException {
    var bytes = Hex.parse(example(name).replace("\n", ""));
    assertThat(Hex.of(encode.apply(value))).isEqualTo(Hex.of(bytes));
    assertThat(decode.apply(bytes)).isEqualTo(value);
    spoil(bytes, decode);
  }

  /** Whatever the bytes are, the answer is a value or a Malformed, never another exception. */
  private static <T> void spoil(byte[] bytes, Function<byte[], T> decode) {
    var random = new Random(io.aegis.kernel.testing.Seeds.next());
    for (int i = 0; i < 2000; i++) {
      var spoiled = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      if (spoiled.length > 0) {
        spoiled[random.nextInt(spoiled.length)] = (byte) random.nextInt();
      }
      try {
        var _ = decode.apply(spoiled);
      } catch (Malformed expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    assertThatThrownBy(() -> decode.apply(new byte[] {9})).isInstanceOf(Malformed.class);
  }

  private static String example(String name) throws IOException {
    var page = Files.readString(Path.of("../docs/format/wal.md"));
    var found = Pattern.compile("```" + name + "\n(.*?)\n```", Pattern.DOTALL).matcher(page);
    assertThat(found.find()).as("the example %s", name).isTrue();
    return found.group(1);
  }
}
