package io.aegis.cli;

import io.aegis.app.AppCode;
import io.aegis.cli.frame.ExitCode;
import io.aegis.kernel.FailureCode;
import io.aegis.recovery.RecoveryCode;
import io.aegis.repository.RepositoryCode;
import io.aegis.storage.StorageCode;
import java.util.Map;

/** Which failures a script can tell apart by the exit code; every other one is 1. */
final class ExitCodes {
  static final Map<FailureCode, ExitCode> OF_FAILURES = Map.ofEntries(
      Map.entry(CliCode.USAGE, ExitCode.USAGE),
      Map.entry(CliCode.NOT_EXPLAINED, ExitCode.USAGE),
      Map.entry(CliCode.TIME_WITHOUT_ZONE, ExitCode.USAGE),
      Map.entry(CliCode.NOT_CONFIRMED, ExitCode.NOT_APPROVED),
      Map.entry(CliCode.INTERRUPTED, ExitCode.INTERRUPTED),
      Map.entry(AppCode.SECRET_INTERRUPTED, ExitCode.INTERRUPTED),
      Map.entry(RepositoryCode.INTERRUPTED, ExitCode.INTERRUPTED),
      Map.entry(StorageCode.REQUEST_INTERRUPTED, ExitCode.INTERRUPTED),
      Map.entry(AppCode.NO_CONFIG, ExitCode.USAGE),
      Map.entry(AppCode.CONFIG_FAULTY, ExitCode.USAGE),
      Map.entry(AppCode.CONFIG_UNREADABLE, ExitCode.USAGE),
      Map.entry(RecoveryCode.APPLICATION_BUSY, ExitCode.BUSY),
      Map.entry(RecoveryCode.EXECUTION_LED_ELSEWHERE, ExitCode.BUSY),
      Map.entry(RecoveryCode.NOT_PERMITTED, ExitCode.NOT_APPROVED),
      Map.entry(RecoveryCode.DECLINED, ExitCode.NOT_APPROVED),
      Map.entry(RepositoryCode.NO_REPOSITORY, ExitCode.NO_REPOSITORY),
      Map.entry(RepositoryCode.WRONG_KEY, ExitCode.WRONG_KEY));

  private ExitCodes() {}
}
