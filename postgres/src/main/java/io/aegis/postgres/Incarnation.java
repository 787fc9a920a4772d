package io.aegis.postgres;

import java.util.regex.Pattern;

/**
 * One life of a cluster. Copies of a cluster share its system identifier, and two recoveries may
 * even reach the same timeline; what keeps their logs apart is the incarnation under which each is
 * filed. A cluster that Aegis never restored lives its root incarnation; a restored one carries its
 * own in the setting {@link #SETTING}.
 *
 * @param value 1 to 40 characters of {@code [a-z0-9-]}
 */
public record Incarnation(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,40}");

  /** The custom setting that names a restored cluster's incarnation, in postgresql.auto.conf. */
  public static final String SETTING = "aegis.incarnation";

  public Incarnation {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not an incarnation: " + value);
    }
  }

  /** The life that began with initdb. */
  public static Incarnation rootOf(SystemIdentifier system) {
    return new Incarnation("root-" + system);
  }

  @Override
  public String toString() {
    return value;
  }
}
