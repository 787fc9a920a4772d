package io.aegis.repository;

/** How far a check goes. */
public enum CheckDepth {
  /** Every object is there, as long as it was written, and the small ones are authentic. */
  STRUCTURE,
  /** And every byte of it is read and authenticated. */
  READ_DATA
}
