package io.aegis.kernel;

import java.util.Locale;

/**
 * The stable name of one way in which something can go wrong. Each module keeps its codes in one
 * enum; {@code aegis explain} prints what is said here, without any network.
 */
public interface FailureCode {

  /**
   * What is said of a code.
   *
   * @param number between 1000 and 9999, never reused, also not that of a code which is
   *     gone (1113, 2103, 2306); the thousands tell the module
   * @param title one line: the fact, without the particulars of one occurrence
   * @param explanation a few sentences for somebody who has never met it: why it happens, what is
   *     at stake, what helps
   */
  record Words(int number, String title, String explanation) {}

  Words words();

  default int number() {
    return words().number();
  }

  default String title() {
    return words().title();
  }

  default String explanation() {
    return words().explanation();
  }

  /** The code as people type it: {@code AEG-2104}. */
  default String id() {
    return String.format(Locale.ROOT, "AEG-%04d", number());
  }
}
