package io.aegis.kernel;

/** One word of a command that somebody is advised to type. */
public final class ShellWord {
  private ShellWord() {}

  /** As a POSIX shell takes it for one word: in quotes where it needs them. */
  public static String of(String text) {
    return text.matches("[\\w./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
