package io.aegis.postgres.account;

import java.util.Map;
import java.util.Set;

/**
 * What a program that Aegis starts inherits: where programs and libraries lie, and how to speak.
 * Never the secrets that Aegis was given through its own environment: a server keeps what it was
 * started with for as long as it runs, readable for every function of every extension in it.
 */
final class CleanEnvironment {
  private static final Set<String> KEPT =
      Set.of("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH");

  private CleanEnvironment() {}

  /** Removes everything else from the environment of a program that is about to be started. */
  static void clean(Map<String, String> environment) {
    environment.keySet().removeIf(name -> !KEPT.contains(name) && !name.startsWith("LC_"));
  }
}
