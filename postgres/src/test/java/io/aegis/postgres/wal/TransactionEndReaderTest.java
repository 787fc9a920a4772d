package io.aegis.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.testing.Seeds;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.wal.WalEvent.Outcome;
import io.aegis.postgres.wal.WalEvent.TransactionEnd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

@SuppressWarnings("ByteBufferBackingArray") // every buffer here was made by allocate
class TransactionEndReaderTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final int EVERYTHING = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x100;
  private static final int PREPARED = 4711;

  /** A COMMIT PREPARED with one of each section, of version 17. */
  private static byte[] record(int subtransactions, int relations) {
    var out = ByteBuffer.allocate(300 + 4 * subtransactions + 12 * relations)
        .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(PgTime.ofInstant(NOON)).putInt(EVERYTHING).putLong(5);
    out.putInt(subtransactions);
    for (int i = 1; i <= subtransactions; i++) {
      out.putInt(PREPARED + i);
    }
    out.putInt(relations);
    for (int i = 1; i <= relations; i++) {
      out.putInt(1663).putInt(5).putInt(16384 + i);
    }
    out.putInt(2).put(new byte[24]).putInt(3).put(new byte[48]);
    out.putInt(PREPARED).put(new byte[7]); // an origin or a name may follow
    return Arrays.copyOf(out.array(), out.position());
  }

  private static TransactionEnd read(byte[] record, int most) {
    var reader = new TransactionEndReader(Outcome.COMMIT_PREPARED, 1, 0x80 | 0x30, WalVersion.PG17);
    var random = new Random(Seeds.next());
    int at = 0;
    while (at < record.length) {
      int count = Math.min(record.length - at, 1 + random.nextInt(most));
      reader.feed(record, at, count);
      at += count;
    }
    return reader.event(Lsn.parse("0/10"), Lsn.parse("0/20"));
  }

  // Red when: TransactionEndReader.feed forgets what it had of an item that is cut in two.
  @Test
  void the_end_of_a_transaction_is_read_in_pieces_of_any_size() {
    for (int most : new int[] {1, 3, 20, 1000}) {
      var end = read(record(5, 3), most);
      assertThat(end.xid()).isEqualTo(PREPARED);
      assertThat(end.time()).isEqualTo(NOON);
      assertThat(end.subtransactions())
          .containsExactly(
              PREPARED + 1L, PREPARED + 2L, PREPARED + 3L, PREPARED + 4L, PREPARED + 5L);
      assertThat(end.dropped()).hasSize(3).endsWith(new RelationFile(1663, 5, 16387));
      assertThat(end.whole()).isTrue();
    }
  }

  // Red when: TransactionEndReader.subtransaction keeps the first ones and says nothing of others.
  @Test
  void t48_that_there_were_more_subtransactions_than_are_kept_is_told_with_their_range() {
    int many = TransactionEndReader.MOST_SUBTRANSACTIONS + 500;
    var end = read(record(many, 1), 8192);
    assertThat(end.xid()).isEqualTo(PREPARED);
    assertThat(end.whole()).isFalse();
    assertThat(end.subtransactions())
        .hasSize(TransactionEndReader.MOST_SUBTRANSACTIONS + 2)
        .contains(PREPARED + 1L, (long) PREPARED + many);
    assertThat(end.mayHold(PREPARED + many - 7L)).isTrue();
    assertThat(end.mayHold(PREPARED + many + 1L)).isFalse();
    assertThat(read(record(1, TransactionEndReader.MOST_RELATIONS), 8192).whole())
        .isTrue();
    assertThat(read(record(1, TransactionEndReader.MOST_RELATIONS + 1), 8192).whole())
        .isFalse();
  }

  // Red when: TransactionEndReader.event does not ask where it stands.
  @Test
  void the_end_of_a_transaction_that_announces_more_than_it_has_is_damage() {
    var whole = record(5, 3);
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length - 20), 1000))
        .isInstanceOf(Malformed.class);
    var negative = whole.clone();
    negative[23] = (byte) 0x80;
    assertThatThrownBy(() -> read(negative, 1000)).isInstanceOf(Malformed.class);
  }
}
