package io.aegis.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under a header, as wide as their content, without lines: can be read, cut and grepped. */
public final class Table {
  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /** To which side a column's cells lean. */
  private enum Side {
    LEFT,
    RIGHT
  }

  private record Column(String title, Side side) {}

  /**
   * @param titles in upper case; one that begins with {@code >} leans to the right, for figures
   */
  public Table(String... titles) {
    columns = Arrays.stream(titles)
        .map(title -> title.startsWith(">")
            ? new Column(title.substring(1), Side.RIGHT)
            : new Column(title, Side.LEFT))
        .toList();
  }

  /** Adds a row; a cell that is not known is shown as a dash. */
  public Table row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns.size());
    }
    rows.add(Arrays.stream(cells).map(cell -> cell.isEmpty() ? "–" : cell).toList());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The header and the rows, each without trailing blanks. */
  public List<String> lines() {
    var all = new ArrayList<List<String>>();
    if (columns.stream().anyMatch(column -> !column.title().isEmpty())) {
      all.add(columns.stream().map(Column::title).toList());
    }
    all.addAll(rows);
    var widths = new int[columns.size()];
    for (var row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], Paint.width(row.get(i)));
      }
    }
    return all.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - Paint.width(row.get(i)));
      line.append(i == 0 ? "" : GAP);
      switch (columns.get(i).side()) {
        case LEFT -> line.append(row.get(i)).append(padding);
        case RIGHT -> line.append(padding).append(row.get(i));
      }
    }
    return line.toString().stripTrailing();
  }
}
