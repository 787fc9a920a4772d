package io.aegis.postgres.archive;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.PutOutcome;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A listing is not of one moment: the stream goes on while it is answered, name after name. */
class ListingTest {
  private static final Lsn TIP = BEGIN.plus(2L * SIZE.bytes());

  private final ArchiveFixture fixture = new ArchiveFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  // Red when: WalArchive.inventory lists the log once; or forgets what the first listing showed.
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void a_slice_that_replaces_its_parts_while_the_listing_passes_by_leaves_no_hole(int which) {
    storeInParts();
    var slice = BEGIN.plus((long) which * SIZE.bytes());
    var beside = new WalArchive(new PassingBy(fixture.repository.records(), slice));
    var log = LineageLog.of(beside, fixture.branch());
    assertThat(log.reach(BEGIN)).isEqualTo(TIP);
    assertThat(log.tip().missingTail()).isEmpty();
  }

  // Red when: LineageLog.read does not list again.
  @Test
  void parts_that_were_replaced_since_they_were_listed_are_read_from_their_slice() {
    var wal = storeInParts();
    var log = LineageLog.of(fixture.archive, fixture.branch());
    assertThat(log.reach(BEGIN)).isEqualTo(TIP);
    new CatchUp(fixture.archive, fixture.filing).run(fixture.inventory());
    var leg = log.lineage().legs(BEGIN, TIP).getFirst();
    assertThat(log.read(leg, new LogSpan(BEGIN, BEGIN.plus(SIZE.bytes()))))
        .isEqualTo(wal.bytes(BEGIN, BEGIN.plus(SIZE.bytes())));
  }

  // Red when: what may have been passed by counts as there without a second look.
  @Test
  void log_that_is_gone_is_missing_however_often_it_is_listed() {
    storeInParts();
    var second = fixture.timeline().pieces().stream()
        .filter(piece -> piece.from().isAfter(BEGIN) && piece.from().isBefore(BEGIN.plus(50_000)))
        .toList();
    second.forEach(piece -> fixture.repository.records().delete(piece.key()));
    assertThat(LineageLog.of(fixture.archive, fixture.branch()).reach(BEGIN))
        .isEqualTo(second.getFirst().from());
  }

  private MadeUpWal storeInParts() {
    var wal = ArchiveFixture.log();
    int length = SIZE.bytes() / 64;
    for (var at = BEGIN; at.isBefore(TIP); at = at.plus(length)) {
      fixture.part(wal, at, at.plus(length));
    }
    fixture.mark(TIP);
    return wal;
  }

  /** Lists the names before a slice's, then the stream compacts, then those behind it. */
  private final class PassingBy implements Records {
    private final Records records;
    private final String place;
    private boolean passed;

    PassingBy(Records records, Lsn slice) {
      this.records = records;
      var span = new LogSpan(slice, slice.plus(SIZE.bytes()));
      this.place = WalNames.piece(Piece.Kind.SLICE, fixture.claim.id(), ONE, span, SIZE)
          .key()
          .name();
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> each) {
      if (passed || !place.startsWith(prefix)) {
        records.list(prefix, each);
        return;
      }
      passed = true;
      records.list(prefix, stat -> tell(stat, each, stat.key().name().compareTo(place) < 0));
      new CatchUp(fixture.archive, fixture.filing).run(fixture.inventory());
      records.list(prefix, stat -> tell(stat, each, stat.key().name().compareTo(place) > 0));
    }

    private static void tell(ObjectStat stat, Consumer<ObjectStat> each, boolean itsTurn) {
      if (itsTurn) {
        each.accept(stat);
      }
    }

    @Override
    public PutOutcome putIfAbsent(ObjectKey name, byte[] content) {
      return records.putIfAbsent(name, content);
    }

    @Override
    public Optional<byte[]> find(ObjectKey name) {
      return records.find(name);
    }

    @Override
    public byte[] get(ObjectKey name) {
      return records.get(name);
    }

    @Override
    public void delete(ObjectKey name) {
      records.delete(name);
    }
  }
}
