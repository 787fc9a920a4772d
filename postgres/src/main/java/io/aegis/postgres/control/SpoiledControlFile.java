package io.aegis.postgres.control;

import io.aegis.postgres.Lsn;

/**
 * A control file whose checkpoint points nowhere (trap T17). A restored cluster starts from its
 * backup label, which carries the checkpoint; somebody who deletes the label to silence an error
 * would otherwise get a database that starts and is wrong. With this one it does not start.
 */
public final class SpoiledControlFile {

  /** Lies in the first WAL page of all, where no checkpoint can ever be: PostgreSQL refuses it. */
  public static final Lsn NOWHERE = new Lsn(0xDEAD);

  private SpoiledControlFile() {}

  /**
   * A copy of {@code bytes} with its checkpoint replaced and its checksum made right.
   *
   * @throws io.aegis.kernel.Failure.Damaged if they are no sound control file
   */
  public static byte[] of(byte[] bytes) {
    ControlFileReader.parse(bytes);
    return ControlLayout.of(bytes).withCheckpoint(bytes, NOWHERE);
  }

  public static boolean isSpoiled(ControlFile content) {
    return content.checkpoint().record().equals(NOWHERE);
  }
}
