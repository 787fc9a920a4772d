package io.aegis.cli.plan;

import io.aegis.cli.CliCode;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Report;
import io.aegis.recovery.Plan;
import io.aegis.recovery.StepCatalog;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Plans in files: written once, read back exactly. */
final class PlanFiles {
  private PlanFiles() {}

  /**
   * @throws Failure.Refused if the file is there already, or cannot be written
   */
  static void save(Plan plan, Path file) {
    try {
      Files.writeString(file, plan.toJson().pretty() + "\n", StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new Failure.Refused(
          Report.of(CliCode.FILE_EXISTS, file + " is there already")
              .next("choose another name with -O, or move it away"),
          e);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  /**
   * @throws Failure.Refused if it cannot be read or is no plan that can be run here
   */
  static Plan load(Path file, StepCatalog catalog) {
    try {
      return Plan.parse(Files.readString(file), catalog);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private static Failure unusable(Path file, IOException e) {
    return new Failure.Refused(
        Report.of(CliCode.FILE_UNUSABLE, "cannot use the file " + file)
            .why(FileFault.why(e))
            .next("ls -l " + file),
        e);
  }
}
