package io.aegis.cli.demo;

import io.aegis.kernel.TaskScope;
import io.aegis.kernel.TimeSource;
import java.time.Duration;

/** {@code aegis wal stream} in the background, for as long as this is open. */
final class Protection implements AutoCloseable {
  private final TaskScope scope = TaskScope.computing("demo-wal-stream", 1);

  private Protection() {}

  /** Starts streaming, and waits until the log is durable once. */
  static Protection start(Keyboard keyboard, TimeSource time) throws InterruptedException {
    var protection = new Protection();
    var stream = protection.scope.fork(() -> keyboard.run("wal", "stream"));
    for (int i = 0; i < 100; i++) {
      if (keyboard.run("wal", "status").exit() == 0) {
        return protection;
      }
      time.sleep(Duration.ofMillis(100));
    }
    protection.close();
    throw new IllegalStateException(
        "aegis wal stream did not begin to protect: " + stream.result());
  }

  /** Ends the stream, as Ctrl-C would: what has arrived is made durable first. */
  @Override
  public void close() {
    scope.close();
  }
}
