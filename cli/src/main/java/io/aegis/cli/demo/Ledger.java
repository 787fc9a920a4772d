package io.aegis.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the database acknowledged, written outside of it: one line per order, appended and fsynced
 * only after the commit's reply has arrived. Whatever stands here must be in a recovered database,
 * or is lost; nothing that Aegis knows goes into it.
 */
final class Ledger implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  Ledger(Path file) {
    this.file = file;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An acknowledged order.
   *
   * @param id its primary key
   * @param acknowledged when the reply to the commit arrived
   */
  record Line(long id, Instant acknowledged) {}

  synchronized void append(long id, Instant acknowledged) {
    var line = id + " " + acknowledged + "\n";
    try {
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the ledger " + file, e);
    }
  }

  /** All lines, in the order in which they were appended. */
  List<Line> lines() {
    var lines = new ArrayList<Line>();
    try {
      for (var text : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
        int space = text.indexOf(' ');
        lines.add(new Line(
            Long.parseLong(text.substring(0, space)), Instant.parse(text.substring(space + 1))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the ledger " + file, e);
    }
    return lines;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
