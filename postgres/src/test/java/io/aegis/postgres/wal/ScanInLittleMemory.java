package io.aegis.postgres.wal;

import io.aegis.postgres.Lsn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Prints what ends of transactions lie in segments, in a process of its own. */
final class ScanInLittleMemory {
  private ScanInLittleMemory() {}

  /**
   * @param arguments the size of a segment, where the first begins, and their files in order
   */
  public static void main(String[] arguments) throws IOException {
    var size = new SegmentSize(Integer.parseInt(arguments[0]));
    var scanner = new WalScanner(size, Lsn.parse(arguments[1]), Detail.ROWS, event -> {
      if (event instanceof WalEvent.TransactionEnd end) {
        System.out.println(end.start() + " " + end.outcome() + " " + end.xid()
            + (end.subtransactions().isEmpty()
                ? ""
                : " " + end.subtransactions().size()));
      }
    });
    var buffer = new byte[100_000];
    for (int i = 2; i < arguments.length; i++) {
      try (var in = Files.newInputStream(Path.of(arguments[i]))) {
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
          scanner.feed(buffer, 0, count);
        }
      }
    }
    System.out.println(String.format(Locale.ROOT, "%d records", scanner.records()));
    System.out.println(scanner.state().getClass().getSimpleName());
  }
}
