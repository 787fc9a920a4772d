package io.aegis.repository;

/**
 * Something a check found, worded by its consequence.
 *
 * @param severity what it means for a recovery
 * @param subject the object concerned
 * @param what the fact
 * @param consequence which recovery points are affected, and how
 * @param repair what to do about it
 */
public record Finding(
    Severity severity, String subject, String what, String consequence, String repair) {

  /** Ordered by how bad it is. */
  public enum Severity {
    /** Nothing is lost and nothing will be. */
    HARMLESS,
    /** Nothing is lost yet; something that protects against loss is. */
    AT_RISK,
    /** Something can no longer be recovered. */
    LOSS
  }
}
