package io.aegis.repository;

/**
 * The random name of one repository, part of everything it seals, so that an object of one
 * repository is never accepted by another.
 *
 * @param value 32 lower-case hexadecimal digits
 */
public record RepositoryId(String value) {
  public RepositoryId {
    if (!value.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("not a repository id: " + value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
