package io.aegis.recovery;

/**
 * One thing that a step will do to the world, as {@code aegis plan} lists it.
 *
 * @param object what is touched: {@code data directory /srv/pg/shop}
 * @param detail how much, from where: {@code 212 GiB from snapshot 7f3}; may be empty
 */
public record PlannedWrite(Sign sign, String object, String detail) {

  /** The sign in front of the line. */
  public enum Sign {
    CREATE('+'),
    CHANGE('~'),
    REMOVE('-'),
    LOOK('?');

    private final char mark;

    Sign(char mark) {
      this.mark = mark;
    }

    public char mark() {
      return mark;
    }
  }
}
