package io.aegis.bench;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.TaskScope;
import io.aegis.repository.Changes;
import io.aegis.repository.ComponentName;
import io.aegis.repository.FileContent;
import io.aegis.repository.FileSource;
import io.aegis.repository.FileSpec;
import io.aegis.repository.Ports;
import io.aegis.repository.Repositories;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.SnapshotWorker;
import io.aegis.repository.StoredFile;
import io.aegis.repository.Unlock;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Measures snapshots of a directory of 8 KiB pages on the real code: a full one, increments after
 * one page in a hundred was changed at random, restores after 0, 1, 10 and 30 of them, and random
 * reads. The directory is changed; give it a copy.
 *
 * <pre>
 * java … io.aegis.bench.RepositoryTrial &lt;directory&gt; &lt;empty repository directory&gt;
 * &lt;restore to&gt; [increments]
 * </pre>
 */
public final class RepositoryTrial {
  private static final ComponentName DATABASE = new ComponentName("database");
  private static final int WORKERS = 2;
  private static final int PAGE = Changes.PAGE;

  private final Path source;
  private final Path target;
  private final Repository repository;
  private final Random random = new Random(42);

  private RepositoryTrial(Path source, Path target, Repository repository) {
    this.source = source;
    this.target = target;
    this.repository = repository;
  }

  /** Runs the whole trial; see the class. */
  public static void main(String[] args) throws IOException, InterruptedException {
    var store = Stores.directory(Path.of(args[1]));
    int increments = args.length > 3 ? Integer.parseInt(args[3]) : 30;
    try (store;
        var repository = create(store)) {
      new RepositoryTrial(Path.of(args[0]), Path.of(args[2]), repository).run(increments);
    }
  }

  private static Repository create(ObjectStore store) {
    var key = new Unlock.KeyFile(Repositories.newKeyFile(Entropy.secure()));
    return Repositories.init(store, key, Ports.system());
  }

  private void run(int increments) throws IOException, InterruptedException {
    var last = snapshot("full", List.of(), new Changes.Everything());
    snapshot("full again", List.of(), new Changes.Everything());
    last = snapshot("nothing changed", List.of(last.id()), new Changes.Unknown());
    restore("restore of a full one", last.id());
    randomReads(last.id());
    for (int i = 1; i <= increments; i++) {
      changeOnePercent();
      last = snapshot("increment " + i, List.of(last.id()), new Changes.Unknown());
      if (i == 1 || i == 10 || i == increments) {
        restore("restore after " + i + " increments", last.id());
        randomReads(last.id());
      }
    }
  }

  private SnapshotSummary snapshot(String name, List<SnapshotId> bases, Changes changes)
      throws IOException, InterruptedException {
    var clock = new Stopwatch();
    SnapshotSummary summary;
    var files = new ConcurrentLinkedQueue<>(list());
    try (var writer = repository.begin(new SnapshotDraft(DATABASE, bases));
        var scope = TaskScope.computing("capture", WORKERS)) {
      for (int worker = 0; worker < WORKERS; worker++) {
        scope.fork(() -> {
          try (var open = writer.worker()) {
            for (var file = files.poll(); file != null; file = files.poll()) {
              capture(open, file, changes);
            }
          }
          return name;
        });
      }
      scope.join();
      summary = writer.commit(new byte[0]);
    }
    clock.report(name, summary.sourceBytes(), summary.addedBytes());
    return summary;
  }

  private List<FileSpec> list() throws IOException {
    try (var walk = Files.walk(source)) {
      var specs = new ArrayList<FileSpec>();
      for (var path : (Iterable<Path>) walk.filter(each -> !each.equals(source))::iterator) {
        var name = source.relativize(path).toString();
        var modified =
            Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        var kind = Files.isDirectory(path)
            ? new FileSpec.Kind.Directory()
            : new FileSpec.Kind.File(Files.size(path));
        specs.add(new FileSpec(name, kind, 0600, modified));
      }
      specs.sort(Comparator.comparingLong(FileSpec::size).reversed());
      return specs;
    }
  }

  private void capture(SnapshotWorker worker, FileSpec file, Changes changes) throws IOException {
    if (file.kind() instanceof FileSpec.Kind.Directory) {
      worker.capture(file, (offset, into, at, length) -> 0, changes);
      return;
    }
    try (var channel = FileChannel.open(source.resolve(file.path()))) {
      worker.capture(file, reading(channel), changes);
    }
  }

  private static FileSource reading(FileChannel channel) {
    var direct = ByteBuffer.allocateDirect(64 << 10);
    return (offset, into, at, length) -> {
      try {
        direct.clear().limit(Math.min(length, direct.capacity()));
        int count = channel.read(direct, offset);
        if (count > 0) {
          direct.flip().get(into, at, count);
        }
        return Math.max(0, count);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private void restore(String name, SnapshotId id) throws IOException, InterruptedException {
    var clock = new Stopwatch();
    try (var reader = repository.open(id)) {
      var files = new ArrayList<StoredFile>();
      reader.files(files::add);
      files.sort(Comparator.comparingLong(StoredFile::size).reversed());
      var queue = new ConcurrentLinkedQueue<>(files);
      try (var scope = TaskScope.computing("restore", WORKERS)) {
        for (int worker = 0; worker < WORKERS; worker++) {
          scope.fork(() -> {
            for (var file = queue.poll(); file != null; file = queue.poll()) {
              restore(reader, file);
            }
            return name;
          });
        }
        scope.join();
      }
      clock.report(name, reader.summary().sourceBytes(), 0);
    }
  }

  private void restore(SnapshotReader reader, StoredFile file) throws IOException {
    var path = target.resolve(file.spec().path());
    if (file.spec().kind() instanceof FileSpec.Kind.Directory) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    var direct = ByteBuffer.allocateDirect(64 << 10);
    try (var content = reader.open(file);
        var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      content.transferTo((offset, bytes, at, length) -> {
        try {
          direct.clear().put(bytes, at, length).flip();
          channel.write(direct, offset);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }

  private void randomReads(SnapshotId id) {
    try (var reader = repository.open(id)) {
      var large = new ArrayList<StoredFile>();
      reader.files(file -> {
        if (file.size() >= 1 << 20) {
          large.add(file);
        }
      });
      var contents = large.stream().map(reader::open).toList();
      var page = new byte[PAGE];
      int reads = 20_000;
      for (int round = 0; round < 2; round++) {
        var clock = new Stopwatch();
        for (int i = 0; i < reads; i++) {
          var content = contents.get(random.nextInt(contents.size()));
          content.read(random.nextLong(content.size() / PAGE) * PAGE, page, 0, PAGE);
        }
        print(String.format(
            Locale.ROOT,
            "random 8 KiB: %.1f µs of cpu each%s",
            clock.micros(reads),
            round == 0 ? " (first)" : ""));
      }
      contents.forEach(FileContent::close);
    }
  }

  /** One page in a hundred, all over the files, gets a new 2 KiB somewhere in it. */
  private void changeOnePercent() throws IOException {
    for (var file : list()) {
      if (file.size() >= PAGE) {
        try (var channel =
            FileChannel.open(source.resolve(file.path()), StandardOpenOption.WRITE)) {
          for (long i = file.size() / PAGE / 100; i > 0; i--) {
            var bytes = new byte[512];
            random.nextBytes(bytes);
            channel.write(
                ByteBuffer.wrap(bytes), random.nextLong(file.size() / PAGE) * PAGE + 1024);
          }
        }
      }
    }
  }

  /** Wall and processor time; on a busy machine only the latter means anything. */
  private static final class Stopwatch {
    private final long began = System.nanoTime();
    private final long cpuBegan = cpuNanos();

    double micros(int times) {
      return (cpuNanos() - cpuBegan) / 1000.0 / times;
    }

    void report(String name, long bytes, long added) {
      double wall = (System.nanoTime() - began) / 1e9;
      double cpu = (cpuNanos() - cpuBegan) / 1e9;
      print(String.format(
          Locale.ROOT,
          "%-28s wall %6.2f s  cpu %6.2f s (%5.0f MB/s of one core)  stored %s (%.3f %%)",
          name,
          wall,
          cpu,
          bytes / cpu / 1e6,
          new ByteSize(added),
          100.0 * added / bytes));
    }

    private static long cpuNanos() {
      return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
  }

  @SuppressWarnings("SystemOut") // a trial is read on the terminal
  private static void print(String line) {
    System.out.println(line);
  }
}
