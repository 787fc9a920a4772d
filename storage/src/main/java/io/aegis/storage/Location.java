package io.aegis.storage;

/**
 * Where a store is: {@code /srv/aegis}, {@code s3://bucket/prefix} with its endpoint, or {@code
 * memory:name}.
 *
 * @param display as people write it, never with credentials
 */
public record Location(String display) {
  @Override
  public String toString() {
    return display;
  }
}
