package io.aegis.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps one line up to date: four times a second in place on a terminal, every 30 seconds on a line
 * of its own in a log. Closing it leaves a terminal clean.
 *
 * <p>It has a thread of its own, so that the time goes on while the work hangs: a line that stands
 * still looks like a process that does.
 */
public final class Painter implements AutoCloseable {
  private static final Duration ON_TERMINAL = Duration.ofMillis(250);
  private static final Duration IN_LOG = Duration.ofSeconds(30);
  private static final String CLEAR = "\r\033[K";

  private final PrintStream err;
  private final Style style;
  private final Content content;
  private final ReentrantLock painting = new ReentrantLock();
  private final Thread thread;

  /** Where the line is written to. */
  public enum Style {
    TERMINAL,
    LOG,
    JSON_LOG,
    SILENT
  }

  /** What stands on the line at this moment. */
  public interface Content {
    /** One line; empty for none. */
    String line();

    /** The same as one JSON object on one line. */
    String json();
  }

  public Painter(PrintStream err, Style style, Content content) {
    this.err = err;
    this.style = style;
    this.content = content;
    this.thread = Thread.ofPlatform().daemon().name("status-line").unstarted(this::paintOnAndOn);
    if (style != Style.SILENT) {
      thread.start();
    }
  }

  public Style style() {
    return style;
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
      switch (style) {
        case TERMINAL -> err.print(CLEAR + content.line());
        case LOG -> printUnlessEmpty(content.line());
        case JSON_LOG -> printUnlessEmpty(content.json());
        case SILENT -> {}
      }
      err.flush();
    } finally {
      painting.unlock();
    }
  }

  private void printUnlessEmpty(String line) {
    if (!line.isEmpty()) {
      err.println(line);
    }
  }

  /** Prints a line that stays, above the one that changes. */
  public void print(String line) {
    if (style == Style.SILENT) {
      return;
    }
    painting.lock();
    try {
      err.println(style == Style.TERMINAL ? CLEAR + line : line);
      err.flush();
    } finally {
      painting.unlock();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
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
