package io.aegis.repository;

import java.util.regex.Pattern;

/**
 * The name of one protected component as it stands in {@code aegis.yaml}.
 *
 * @param value 1 to 40 characters of {@code [a-z0-9-]}, beginning with a letter
 */
public record ComponentName(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,39}");

  public ComponentName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a component name: " + value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
