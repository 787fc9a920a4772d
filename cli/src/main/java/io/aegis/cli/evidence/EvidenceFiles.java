package io.aegis.cli.evidence;

import io.aegis.cli.CliCode;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Report;
import io.aegis.recovery.Evidence;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bundles in files: written once, read back exactly. */
final class EvidenceFiles {
  private EvidenceFiles() {}

  /**
   * @throws Failure.Refused if the file is there already, or cannot be written
   */
  static void save(Evidence evidence, Path file) {
    try {
      Files.writeString(file, evidence.document().pretty() + "\n", StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new Failure.Refused(
          Report.of(CliCode.FILE_EXISTS, file + " is there already")
              .next("choose another name with -O, or move it away"),
          e);
    } catch (IOException e) {
      throw unusable(file, FileFault.why(e), e);
    }
  }

  /**
   * @throws Failure.Refused if it cannot be read or is no JSON
   */
  static Evidence load(Path file) {
    try {
      return Evidence.parse(Files.readString(file));
    } catch (IOException e) {
      throw unusable(file, FileFault.why(e), e);
    } catch (Malformed e) {
      throw unusable(file, "it is not a bundle of evidence: " + e.getMessage(), e);
    }
  }

  private static Failure unusable(Path file, String why, Exception cause) {
    return new Failure.Refused(
        Report.of(CliCode.FILE_UNUSABLE, "cannot use the file " + file)
            .why(why)
            .next("ls -l " + file),
        cause);
  }
}
