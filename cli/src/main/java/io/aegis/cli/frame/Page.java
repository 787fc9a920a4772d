package io.aegis.cli.frame;

import io.aegis.cli.terminal.LocalTime;
import io.aegis.cli.terminal.Paint;
import io.aegis.cli.terminal.Table;

/** The sheet an answer is printed on for people. */
public final class Page {
  private final StringBuilder text = new StringBuilder();
  private final Paint paint;
  private final LocalTime time;
  private final Detail detail;

  /** How much a table shows. */
  public enum Detail {
    NORMAL,
    WIDE
  }

  public Page(Paint paint, LocalTime time, Detail detail) {
    this.paint = paint;
    this.time = time;
    this.detail = detail;
  }

  public Paint paint() {
    return paint;
  }

  public LocalTime time() {
    return time;
  }

  public boolean isWide() {
    return detail == Detail.WIDE;
  }

  public Page line(String line) {
    text.append(line).append('\n');
    return this;
  }

  public Page blank() {
    return line("");
  }

  public Page table(Table table) {
    table.lines().forEach(this::line);
    return this;
  }

  /** Everything printed so far. */
  public String text() {
    return text.toString();
  }
}
