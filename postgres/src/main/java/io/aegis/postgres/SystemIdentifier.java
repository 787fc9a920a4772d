package io.aegis.postgres;

/**
 * The number that initdb gave a cluster; its copies keep it (pg_control's {@code
 * system_identifier}).
 *
 * @param value unsigned 64 bits
 */
public record SystemIdentifier(long value) {
  public static SystemIdentifier parse(String text) {
    return new SystemIdentifier(Long.parseUnsignedLong(text));
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(value);
  }
}
