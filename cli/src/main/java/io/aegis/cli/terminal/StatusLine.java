package io.aegis.cli.terminal;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One line that says how far a long operation is: four times a second in place on a terminal, every
 * 30 seconds on a line of its own in a log. Closing it leaves a terminal clean.
 *
 * <p>The line is painted by a thread of its own, so that the time goes on while the work hangs: a
 * line that stands still looks like a process that does.
 */
public final class StatusLine implements Progress, AutoCloseable {
  private static final Duration ON_TERMINAL = Duration.ofMillis(250);
  private static final Duration IN_LOG = Duration.ofSeconds(30);
  private static final int BAR = 24;
  private static final String CLEAR = "\r\033[K";

  private final PrintStream err;
  private final Style style;
  private final TimeSource time;
  private final String title;
  private final long begun;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong total = new AtomicLong();
  private final ReentrantLock painting = new ReentrantLock();
  private final Thread painter;

  /** Where the line is written to. */
  public enum Style {
    TERMINAL,
    LOG,
    JSON_LOG,
    SILENT
  }

  public StatusLine(PrintStream err, Style style, TimeSource time, String title) {
    this.err = err;
    this.style = style;
    this.time = time;
    this.title = title;
    this.begun = time.nanos();
    this.painter = Thread.ofPlatform().daemon().name("status-line").unstarted(this::paintOnAndOn);
    if (style != Style.SILENT) {
      painter.start();
    }
  }

  @Override
  public void expect(long amount) {
    total.set(amount);
  }

  @Override
  public void advance(long amount) {
    done.addAndGet(amount);
  }

  private void paintOnAndOn() {
    try {
      while (true) {
        Thread.sleep(style == Style.TERMINAL ? ON_TERMINAL : IN_LOG);
        paint();
      }
    } catch (InterruptedException e) {
      // close() asks for the end
      Thread.currentThread().interrupt();
    }
  }

  private void paint() {
    painting.lock();
    try {
      var elapsed = Duration.ofNanos(time.nanos() - begun);
      switch (style) {
        case TERMINAL -> err.print(CLEAR + line(title, done.get(), total.get(), elapsed));
        case LOG -> err.println(line(title, done.get(), total.get(), elapsed));
        case JSON_LOG -> err.println(json(elapsed));
        case SILENT -> {}
      }
      err.flush();
    } finally {
      painting.unlock();
    }
  }

  private String json(Duration elapsed) {
    return io.aegis.kernel.Json.object()
        .with("kind", "Progress")
        .with("title", title)
        .with("done", done.get())
        .with("total", total.get())
        .with("elapsedMillis", elapsed.toMillis())
        .compact();
  }

  static String line(String title, long done, long total, Duration elapsed) {
    double seconds = Math.max(elapsed.toMillis(), 1) / 1000.0;
    var rate = new ByteSize((long) (done / seconds));
    if (total <= 0) {
      return title + "  " + new ByteSize(done) + "  " + rate + "/s  " + HumanTime.of(elapsed);
    }
    double share = Math.min(1, (double) done / total);
    String left = done == 0
        ? "ETA unknown"
        : "ETA " + HumanTime.of(Duration.ofMillis((long) (elapsed.toMillis() * (1 / share - 1))));
    return title + "  " + bar(share)
        + String.format(java.util.Locale.ROOT, "  %3.0f%%  ", share * 100) + new ByteSize(done)
        + " of " + new ByteSize(total) + "  " + rate + "/s  " + left;
  }

  static String bar(double share) {
    int full = (int) (share * BAR);
    return "━".repeat(full) + "─".repeat(BAR - full);
  }

  @Override
  public void close() {
    painter.interrupt();
    painting.lock();
    try {
      if (style == Style.TERMINAL) {
        err.print(CLEAR);
        err.flush();
      }
    } finally {
      painting.unlock();
    }
  }
}
