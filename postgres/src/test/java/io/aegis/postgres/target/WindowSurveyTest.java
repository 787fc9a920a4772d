package io.aegis.postgres.target;

import static io.aegis.postgres.archive.ArchiveFixture.BEGIN;
import static io.aegis.postgres.archive.ArchiveFixture.NOON;
import static io.aegis.postgres.archive.ArchiveFixture.ONE;
import static io.aegis.postgres.archive.ArchiveFixture.SIZE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow;
import io.aegis.postgres.RestorableWindow.Span;
import io.aegis.postgres.archive.ArchiveFixture;
import io.aegis.postgres.archive.DurableMark;
import io.aegis.postgres.archive.WalArchive;
import io.aegis.postgres.wal.MadeUpWal;
import io.aegis.repository.Records;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.PutOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WindowSurveyTest {
  private final ArchiveFixture fixture = new ArchiveFixture();
  private final MadeUpWal wal = new MadeUpWal(SIZE, ONE, BEGIN);
  private final List<String> read = new ArrayList<>();
  private Runnable afterListing = () -> {};

  @AfterEach
  void close() {
    fixture.close();
  }

  // Red when: the last commit is searched in the log although the mark knows it.
  @Test
  void of_the_log_only_what_came_after_the_newest_mark_is_read() {
    var base = backUp();
    var marked = wal.commit(11, NOON.plusSeconds(2));
    wal.filler(40);
    var durable = wal.end();
    fixture.store(wal, durable);
    noteCommit(durable, new Edge.Commit(marked, marked.plus(8), NOON.plusSeconds(2), 11));
    assertThat(last(survey(base))).isEqualTo(marked);
    assertThat(read).noneMatch(name -> name.startsWith("wal/") && !name.endsWith(".history"));

    var later = wal.commit(12, NOON.plusSeconds(3));
    var part = fixture.part(wal, durable, wal.end());
    read.clear();
    assertThat(last(survey(base))).isEqualTo(later);
    assertThat(read).contains(part.key().name());
  }

  // Red when: a stretch is made from the end of the last record to the end of what is stored.
  @Test
  void a_stream_that_ended_right_behind_a_switch_of_the_log_leaves_a_window() {
    var base = backUp();
    var marked = wal.commit(11, NOON.plusSeconds(2));
    var durable = wal.filler(40);
    fixture.store(wal, durable);
    var commit = new Edge.Commit(marked, marked.plus(8), NOON.plusSeconds(2), 11);
    var at = NOON.plusSeconds(3);
    fixture.filing.mark(ONE, new DurableMark(durable, SIZE.ceiling(durable), at, at, commit));
    assertThat(last(survey(base))).isEqualTo(marked);
  }

  // Red when: WalArchive.inventory lists the log before the marks.
  @Test
  void a_stream_that_runs_beside_never_looks_as_if_its_tip_were_missing() {
    var base = backUp();
    fixture.store(wal, wal.end());
    for (int i = 0; i < 8; i++) {
      var before = wal.end();
      wal.commit(20 + i, NOON.plusSeconds(3 + i));
      afterListing = () -> {
        fixture.part(wal, before, wal.end());
        fixture.mark(wal.end());
      };
      assertThat(survey(base).holes()).isEmpty();
    }
  }

  // Red when: a mark that was listed must still be there to be read.
  @Test
  void a_mark_that_newer_ones_replaced_meanwhile_is_not_missed() {
    var base = backUp();
    fixture.store(wal, wal.end());
    afterListing = () -> {
      for (int i = 0; i < 5; i++) {
        var before = wal.end();
        wal.commit(30 + i, NOON.plusSeconds(3 + i));
        fixture.part(wal, before, wal.end());
        fixture.mark(wal.end());
      }
    };
    assertThat(survey(base).spans()).hasSize(1);
  }

  private BaseBackup backUp() {
    var begin = wal.filler(100);
    wal.backupEnd(begin);
    return fixture.base(begin, wal.end());
  }

  private void noteCommit(Lsn durable, Edge.Commit commit) {
    var later = NOON.plusSeconds(2);
    fixture.filing.mark(ONE, new DurableMark(durable, durable, later, later, commit));
  }

  private RestorableWindow survey(BaseBackup base) {
    var archive = new WalArchive(new Watched(fixture.repository.records()));
    return new WindowSurvey(new Branches(
            archive, fixture.repository.register(), List.of(base), SeveralLives.NOBODY_ELSE))
        .window();
  }

  private static Lsn last(RestorableWindow window) {
    var interval = (Span.Interval) window.spans().getLast();
    return ((Edge.Commit) interval.last()).start();
  }

  /** Notes what is read, and lets something happen after the first listing of marks or log. */
  private final class Watched implements Records {
    private final Records inner;

    Watched(Records inner) {
      this.inner = inner;
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> each) {
      inner.list(prefix, each);
      if (prefix.startsWith("wal/") || prefix.startsWith("durable/")) {
        var once = afterListing;
        afterListing = () -> {};
        once.run();
      }
    }

    @Override
    public Optional<byte[]> find(ObjectKey name) {
      read.add(name.name());
      return inner.find(name);
    }

    @Override
    public byte[] get(ObjectKey name) {
      read.add(name.name());
      return inner.get(name);
    }

    @Override
    public PutOutcome putIfAbsent(ObjectKey name, byte[] content) {
      return inner.putIfAbsent(name, content);
    }

    @Override
    public void delete(ObjectKey name) {
      inner.delete(name);
    }
  }
}
