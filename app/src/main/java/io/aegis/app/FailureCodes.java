package io.aegis.app;

import io.aegis.kernel.FailureCode;
import io.aegis.postgres.PostgresCode;
import io.aegis.recovery.RecoveryCode;
import io.aegis.repository.RepositoryCode;
import io.aegis.storage.StorageCode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The codes of every module that stands below the command line. */
public final class FailureCodes {
  private FailureCodes() {}

  /** By number. */
  public static List<FailureCode> all() {
    Stream<FailureCode[]> enums = Stream.of(
        StorageCode.values(),
        RepositoryCode.values(),
        RecoveryCode.values(),
        AppCode.values(),
        PostgresCode.values());
    return enums
        .flatMap(Arrays::stream)
        .sorted((a, b) -> Integer.compare(a.number(), b.number()))
        .toList();
  }
}
