package io.aegis.postgres.snapshot;

import io.aegis.postgres.BaseBackups.Extent;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.testing.TestRepository;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScratchBenchIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path home;

  @Test
  void bench() throws Exception {
    var store = io.aegis.storage.Stores.directory(Files.createDirectories(home.resolve("store")));
    var setup = TestPostgres.of(17)
        .setting("summarize_wal", "on")
        .setting("shared_buffers", "512MB")
        .setting("max_wal_size", "4GB");
    try (var source = Source.start(setup, home, TestRepository.in(store).open())) {
      source.postgres.pgbench("-i", "-s", "100", "-q");
      source.postgres.psql(
          "CREATE TABLE txt AS SELECT i, md5(i::text) || md5((i*7)::text) || repeat('lorem ', 10) AS t FROM generate_series(1,3000000) i");
      source.postgres.psql("CREATE INDEX ON txt(t); CHECKPOINT");
      for (int i = 0; i < 3; i++) {
        run(source, Extent.EVERYTHING);
      }
      run(source, Extent.INCREMENTAL);
      source.postgres.psql(
          "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid % 6000 = 0; CHECKPOINT");
      run(source, Extent.INCREMENTAL);
      source.postgres.psql("ALTER SYSTEM SET summarize_wal = off; ");
      source.postgres.psql("SELECT pg_reload_conf()");
      source.postgres.psql(
          "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid % 6000 = 1; CHECKPOINT");
      run(source, Extent.INCREMENTAL);
    }
  }

  private static void run(Source source, Extent extent) throws Exception {
    var os =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = os.getProcessCpuTime();
    long t = System.nanoTime();
    var o = source.backUp(extent);
    double s = (System.nanoTime() - t) / 1e9;
    System.out.printf(
        java.util.Locale.ROOT,
        "BENCH %s %s source %s read %s stored %s in %.2fs (%.0f MB/s), cpu %.2fs%n",
        extent,
        o.method(),
        o.source(),
        o.read(),
        o.stored(),
        s,
        o.source().bytes() / 1e6 / s,
        (os.getProcessCpuTime() - cpu) / 1e9);
  }
}
