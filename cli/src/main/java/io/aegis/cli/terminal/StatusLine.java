package io.aegis.cli.terminal;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** How far one long operation is: share, bytes, rate, time left. */
public final class StatusLine implements Progress, Painter.Content, AutoCloseable {
  private static final int BAR = 24;

  /** Of less than that nothing follows: a first small file would take weeks. */
  private static final double LEAST_SHARE = 0.001;

  private final TimeSource time;
  private final String title;
  private final long begun;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong total = new AtomicLong();
  private final Painter painter;

  public StatusLine(PrintStream err, Painter.Style style, TimeSource time, String title) {
    this.time = time;
    this.title = title;
    this.begun = time.nanos();
    this.painter = new Painter(err, style, this);
  }

  @Override
  public void expect(long amount) {
    total.set(amount);
  }

  @Override
  public void advance(long amount) {
    done.addAndGet(amount);
  }

  @Override
  public String line() {
    return line(title, done.get(), total.get(), elapsed());
  }

  @Override
  public String json() {
    return JsonDocument.of("Progress")
        .with("title", title)
        .with("done", done.get())
        .with("total", total.get())
        .with("elapsedMillis", elapsed().toMillis())
        .compact();
  }

  private Duration elapsed() {
    return Duration.ofNanos(time.nanos() - begun);
  }

  /** {@code restoring  ━━━━━━────  58%  123 GiB of 212 GiB  481 MiB/s  ETA 3m09s}. */
  public static String line(String title, long done, long total, Duration elapsed) {
    double seconds = Math.max(elapsed.toMillis(), 1) / 1000.0;
    var rate = new ByteSize((long) (done / seconds));
    if (total <= 0) {
      return title + "  " + new ByteSize(done) + "  " + rate + "/s  " + HumanTime.of(elapsed);
    }
    double share = Math.min(1, (double) done / total);
    String left = share < LEAST_SHARE
        ? "ETA unknown"
        : "ETA " + HumanTime.of(Duration.ofMillis((long) (elapsed.toMillis() * (1 / share - 1))));
    return title + "  " + bar(share) + String.format(Locale.ROOT, "  %3.0f%%  ", share * 100)
        + new ByteSize(done) + " of " + new ByteSize(total) + "  " + rate + "/s  " + left;
  }

  static String bar(double share) {
    int full = (int) (share * BAR);
    return "━".repeat(full) + "─".repeat(BAR - full);
  }

  @Override
  public void close() {
    painter.close();
  }
}
