package io.aegis.postgres.verify;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What a script prints, on its way to where its lines are wanted. Once this is closed nothing comes
 * through any more, whoever still holds the script's output and writes.
 */
final class SmokeOutput implements AutoCloseable {
  /** In characters; what is longer comes in pieces. */
  private static final int LONGEST = 8192;

  private final Consumer<String> lines;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  SmokeOutput(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Returns when nobody holds its output any more. */
  void copy(Process process) {
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      copy(output);
    } catch (IOException e) {
      pass("(its output ended: " + e.getMessage() + ")");
    }
  }

  /** What prints no end of a line would otherwise be kept whole, however long it is. */
  private void copy(Reader output) throws IOException {
    var line = new StringBuilder();
    int before = 0;
    for (int each = output.read(); each >= 0; each = output.read()) {
      boolean ends = each == '\r' || each == '\n' && before != '\r';
      if (each != '\r' && each != '\n') {
        line.append((char) each);
      }
      if (ends || line.length() == LONGEST) {
        pass(line.toString());
        line.setLength(0);
      }
      before = each;
    }
    if (!line.isEmpty()) {
      pass(line.toString());
    }
  }

  private void pass(String line) {
    lock.lock();
    try {
      if (!closed) {
        lines.accept(line);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
