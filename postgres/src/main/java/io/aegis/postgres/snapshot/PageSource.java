package io.aegis.postgres.snapshot;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackups.CorruptPage;
import io.aegis.postgres.page.PageRules;
import io.aegis.postgres.page.PageRules.Verdict;
import io.aegis.repository.FileSource;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads a relation's file and judges every whole page on the way. A page under suspicion is read
 * again, with pauses long enough for a write to end: one that changes was torn, one that does not
 * is corrupt and is captured as it is (traps T18, T19).
 */
final class PageSource implements FileSource {
  private static final Duration[] PAUSES = {
    Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(100)
  };

  private final FileSource file;
  private final Judge judge;
  private final String path;
  private final long firstBlock;

  /** What all files of one backup are judged by. */
  record Judge(PageRules rules, PageFindings findings, TimeSource time) {}

  /**
   * @param firstBlock the number, within its fork, of the file's first page (trap T10)
   */
  PageSource(FileSource file, Judge judge, String path, long firstBlock) {
    this.file = file;
    this.judge = judge;
    this.path = path;
    this.firstBlock = firstBlock;
  }

  @Override
  public int read(long offset, byte[] target, int at, int length) {
    int count = file.read(offset, target, at, length);
    int size = judge.rules.pageSize();
    long page = (offset + size - 1) / size;
    for (int done = (int) (page * size - offset); done + size <= count; done += size, page++) {
      var verdict = judge.rules.judge(target, at + done, firstBlock + page);
      if (verdict != Verdict.SOUND) {
        settle(verdict, page, target, at + done);
      }
    }
    return count;
  }

  /** What still changes after the last pause, and never fits, is reported as corrupt too. */
  private void settle(Verdict first, long page, byte[] target, int at) {
    int size = judge.rules.pageSize();
    var verdict = first;
    var before = Arrays.copyOfRange(target, at, at + size);
    var again = new byte[size];
    for (int attempt = 0; attempt < PAUSES.length && verdict != Verdict.SOUND; attempt++) {
      sleep(PAUSES[attempt]);
      if (file.read(page * size, again, 0, size) < size) {
        return; // cut off meanwhile: the log cuts it off as well
      }
      verdict = judge.rules.judge(again, 0, firstBlock + page);
      boolean changed = !Arrays.equals(before, again);
      System.arraycopy(again, 0, before, 0, size);
      if (!changed && (attempt > 0 || verdict == Verdict.COVERED_BY_LOG)) {
        break;
      }
    }
    System.arraycopy(again, 0, target, at, size);
    report(verdict, new CorruptPage(path, firstBlock + page), again);
  }

  private void report(Verdict verdict, CorruptPage page, byte[] bytes) {
    switch (verdict) {
      case SOUND -> {}
      case COVERED_BY_LOG -> judge.findings.coveredByLog(page, PageRules.lsn(bytes, 0));
      case SUSPECT -> judge.findings.corrupt(page);
    }
  }

  private void sleep(Duration pause) {
    try {
      judge.time.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the next read ends this worker
    }
  }
}
