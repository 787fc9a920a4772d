package io.aegis.cli.demo;

import io.aegis.cli.frame.Session;

/** Runs one command line, as the program does. */
@FunctionalInterface
public interface CommandLineRunner {

  /** The exit code. */
  int run(Session session, String... arguments);
}
