package io.aegis.repository;

import java.util.regex.Pattern;

/**
 * The name of one snapshot: the moment it began, in UTC, and a random tail, so that names sort by
 * time and never collide: {@code 20261123T140451Z-7f3a9c12}.
 */
public record SnapshotId(String value) implements Comparable<SnapshotId> {
  private static final Pattern FORM = Pattern.compile("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}");

  public SnapshotId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a snapshot id: " + value);
    }
  }

  @Override
  public int compareTo(SnapshotId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
