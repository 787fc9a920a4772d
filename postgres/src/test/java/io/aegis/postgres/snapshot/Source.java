package io.aegis.postgres.snapshot;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.BaseBackups.CheckpointSpeed;
import io.aegis.postgres.BaseBackups.Extent;
import io.aegis.postgres.BaseBackups.Options;
import io.aegis.postgres.BaseBackups.Outcome;
import io.aegis.postgres.ConnectionSettings;
import io.aegis.postgres.ConnectionSettings.Login;
import io.aegis.postgres.PostgresCluster;
import io.aegis.postgres.layout.Tablespace.Place;
import io.aegis.postgres.testing.TestPostgres;
import io.aegis.repository.ComponentName;
import io.aegis.repository.FileSpec;
import io.aegis.repository.Ports;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A real server, a plain repository for its snapshots, and a way to start what was captured. */
final class Source implements AutoCloseable {
  static final ComponentName COMPONENT = new ComponentName("db");

  final TestPostgres postgres;
  final Repository repository;
  final CopiedWal wal;
  private final Path home;
  private final AtomicReference<Milestones> milestones =
      new AtomicReference<>(Milestones.UNWATCHED);

  Source(TestPostgres postgres, Path home, Repository repository) throws IOException {
    this.postgres = postgres;
    this.home = home;
    this.repository = repository;
    wal = new CopiedWal(postgres, Files.createDirectories(home.resolve("archive")));
  }

  static Source start(TestPostgres.Setup setup, Path home) throws IOException {
    var directory = Files.createDirectories(home.resolve("repository"));
    return start(setup, home, new PlainRepository(directory));
  }

  static Source start(TestPostgres.Setup setup, Path home, Repository repository)
      throws IOException {
    var postgres =
        setup.setting("wal_keep_size", "2GB").setting("autovacuum", "off").start();
    return new Source(postgres, home, repository);
  }

  /** The repository that believes every word. */
  PlainRepository plain() {
    return (PlainRepository) repository;
  }

  /** Runs {@code action} once, when the next backup has come to {@code milestone}. */
  void at(String milestone, Runnable action) {
    milestones.set(name -> {
      if (name.equals(milestone)) {
        milestones.set(Milestones.UNWATCHED);
        action.run();
      }
    });
  }

  /** Runs {@code action} once the files are listed, before the first of them is captured. */
  void afterListing(Runnable action) {
    plain().beforeCapture(action);
  }

  Outcome backUp() throws InterruptedException {
    return backUp(Extent.INCREMENTAL);
  }

  Outcome backUp(Extent extent) throws InterruptedException {
    return backUp(extent, postgres.dataDirectory());
  }

  Outcome backUp(Extent extent, Path dataDirectory) throws InterruptedException {
    return backUp(new Options(extent, CheckpointSpeed.FAST, 2), dataDirectory);
  }

  /** One worker captures the largest files first, and nothing in another order. */
  Outcome backUpInOrder() throws InterruptedException {
    var one = new Options(Extent.INCREMENTAL, CheckpointSpeed.FAST, 1);
    return backUp(one, postgres.dataDirectory());
  }

  private Outcome backUp(Options options, Path dataDirectory) throws InterruptedException {
    return backups().take(cluster(dataDirectory), wal, options, Progress.SILENT);
  }

  BaseBackups backups() {
    var ports =
        new Ports(new WrongClock(), Entropy.secure(), name -> milestones.get().reach(name));
    return new BaseBackups(repository, COMPONENT, ports);
  }

  PostgresCluster cluster(Path dataDirectory) {
    var at = postgres.connection();
    var settings =
        new ConnectionSettings(at.host(), at.port(), at.database(), at.user(), new Login.Ambient());
    return new PostgresCluster(settings, dataDirectory, TimeSource.system());
  }

  BackupFacts facts(Outcome outcome) {
    return repository.snapshots(COMPONENT).stream()
        .filter(each -> each.id().equals(outcome.backup().id()))
        .map(BackupFactsFormat::of)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Starts what a backup captured and lets it replay all log there is; the snapshot's own directory
   * becomes the data directory, its tablespaces stay in it.
   */
  TestPostgres recover(Outcome outcome) throws IOException {
    wal.copy();
    var data = home.resolve("recovered-" + outcome.backup().id());
    materialize(outcome, data);
    run("chmod", "-R", "go-rwx", data.toString());
    for (var tablespace : facts(outcome).tablespaces()) {
      if (tablespace.place() instanceof Place.Linked) {
        var captured = data.resolve("pg_tblspc/" + tablespace.oid());
        var moved = home.resolve("space-" + outcome.backup().id() + "-" + tablespace.oid());
        Files.move(captured, moved);
        Files.createSymbolicLink(captured, moved);
      }
    }
    Files.deleteIfExists(data.resolve("tablespace_map"));
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "restore_command = 'cp " + wal.archive() + "/%f %p'\narchive_mode = off\n");
    Files.createFile(data.resolve("recovery.signal"));
    var recovered = TestPostgres.of(postgres.major()).adopt(data);
    recovered.start();
    awaitPromotion(recovered);
    return recovered;
  }

  private void materialize(Outcome outcome, Path data) throws IOException {
    Files.createDirectory(data);
    try (var reader = repository.open(outcome.backup().id())) {
      reader.files(file -> write(reader, file, data.resolve(file.spec().path())));
    }
  }

  private static void write(SnapshotReader reader, StoredFile file, Path target) {
    try {
      if (!(file.spec().kind() instanceof FileSpec.Kind.File)) {
        Files.createDirectories(target);
        return;
      }
      Files.createDirectories(target.getParent());
      try (var content = reader.open(file);
          var channel =
              FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.transferTo((offset, bytes, at, length) -> put(channel, offset, bytes, at, length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(FileChannel channel, long offset, byte[] bytes, int at, int length) {
    try {
      channel.write(ByteBuffer.wrap(bytes, at, length), offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitPromotion(TestPostgres recovered) {
    while (!recovered.psql("SELECT pg_is_in_recovery()").strip().equals("f")) {
      Thread.onSpinWait();
    }
  }

  static void run(String... command) {
    io.aegis.kernel.testing.Program.of(command).run().orFail();
  }

  /** A day ahead of the server's: whatever is dated by it is wrong (trap T4). */
  private static final class WrongClock implements TimeSource {
    @Override
    public Instant now() {
      return TimeSource.system().now().plus(Duration.ofDays(1));
    }

    @Override
    public long nanos() {
      return TimeSource.system().nanos();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
      TimeSource.system().sleep(pause);
    }
  }

  @Override
  public void close() {
    repository.close();
    postgres.close();
  }
}
