package io.aegis.cli.frame;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and {@code --timeout}. The first one asks the running command to stop where it is durable;
 * the second one ends the process at once, which every operation survives.
 */
public final class Interrupts {
  private static final int EXIT = ExitCode.INTERRUPTED.number();

  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicReference<Runnable> gently;

  private volatile boolean timedOut;

  Interrupts(Thread worker) {
    this.gently = new AtomicReference<>(worker::interrupt);
  }

  /** What to do on the first Ctrl-C instead of interrupting the thread, until it is closed. */
  public Scope stopGentlyBy(Runnable stop) {
    Runnable before = gently.getAndSet(stop);
    return () -> gently.set(before);
  }

  /**
   * While somebody is asked for something, the first one ends the process: a thread that reads from
   * a terminal hears no interrupt. To exit, where two Ctrl-C halt, lets the JDK bring back the echo
   * of a terminal that does not show what is typed.
   */
  public Scope leaveAtOnce() {
    return stopGentlyBy(() -> Runtime.getRuntime().exit(EXIT));
  }

  /** Ends with its brace. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /** Asks as Ctrl-C does once {@code timeout} has passed, unless closed before. */
  public Scope after(@Nullable Duration timeout) {
    if (timeout == null) {
      return () -> {};
    }
    Thread alarm = Thread.ofVirtual().name("timeout").start(() -> {
      try {
        Thread.sleep(timeout);
        timedOut = true;
        ask();
      } catch (InterruptedException e) {
        // the command was faster
        Thread.currentThread().interrupt();
      }
    });
    return alarm::interrupt;
  }

  /** Whether {@code --timeout} has passed: what was interrupted since, was by that. */
  boolean hasTimedOut() {
    return timedOut;
  }

  void ask() {
    if (asked.incrementAndGet() > 1) {
      Runtime.getRuntime().halt(EXIT);
    }
    gently.get().run();
  }

  /**
   * Takes over SIGINT, and SIGTERM by which a supervisor asks for the same. The JDK has no
   * supported way to hear a second Ctrl-C: {@code sun.misc.Signal} (module jdk.unsupported) is
   * reached by name, and where it is gone, a signal ends the process as the JVM does by itself.
   */
  public void listenToCtrlC() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours = Proxy.newProxyInstance(
          Interrupts.class.getClassLoader(), new Class<?>[] {handler}, (_, method, _) -> {
            if (method.getName().equals("handle")) {
              ask();
            }
            return null;
          });
      for (String name : List.of("INT", "TERM")) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
      }
    } catch (ReflectiveOperationException e) {
      // the JVM's own handler stays: one Ctrl-C ends the process, exit code 130
      return;
    }
  }
}
