package io.aegis.postgres.snapshot;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.WalDurability;
import io.aegis.postgres.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the log by copying the server's own segments each time somebody waits for it. */
final class CopiedWal implements WalDurability, WalDurability.Watch {
  private final TestPostgres postgres;
  private final Path archive;
  private final List<String> waits = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private Optional<Failure> failure = Optional.empty();
  private boolean unbroken = true;

  CopiedWal(TestPostgres postgres, Path archive) {
    this.postgres = postgres;
    this.archive = archive;
  }

  void failWith(Failure failure) {
    this.failure = Optional.of(failure);
  }

  /** From now on there is a gap in what is kept. */
  void breakOff() {
    unbroken = false;
  }

  List<String> asked() {
    return asked;
  }

  Path archive() {
    return archive;
  }

  List<String> waits() {
    return waits;
  }

  @Override
  public Watch begin() {
    return this;
  }

  @Override
  public void await(Timeline timeline, Lsn from, Lsn to) {
    failure.ifPresent(each -> {
      throw each;
    });
    waits.add(timeline + " " + from + " " + to);
    copy();
  }

  @Override
  public boolean isUnbroken(Timeline timeline, Lsn from, Lsn to) {
    asked.add(timeline + " " + from + " " + to);
    return unbroken;
  }

  void copy() {
    try (var segments = Files.newDirectoryStream(
        postgres.dataDirectory().resolve("pg_wal"), "[0-9A-F]*[0-9A-Fy]")) {
      for (var segment : segments) {
        Files.copy(
            segment, archive.resolve(segment.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {}
}
