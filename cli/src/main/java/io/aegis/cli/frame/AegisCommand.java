package io.aegis.cli.frame;

import java.util.concurrent.Callable;

/** A command: parsed by picocli into its own fields, then run once. */
public abstract class AegisCommand implements Callable<Integer> {
  private final Session session;

  protected AegisCommand(Session session) {
    this.session = session;
  }

  protected final Session session() {
    return session;
  }

  /**
   * Does it.
   *
   * @throws io.aegis.kernel.Failure for everything a person can do something about
   */
  protected abstract ExitCode run() throws InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    return run().number();
  }
}
