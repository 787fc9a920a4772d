package io.aegis.postgres.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What a script prints, on its way to where its lines are wanted. Once this is closed nothing comes
 * through any more, whoever still holds the script's output and writes.
 */
final class SmokeOutput implements AutoCloseable {
  private final Consumer<String> lines;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  SmokeOutput(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Returns when nobody holds its output any more. */
  void copy(Process process) {
    try (var output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(this::pass);
    } catch (IOException | UncheckedIOException e) {
      pass("(its output ended: " + e.getMessage() + ")");
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
