package io.aegis.postgres.snapshot;

import io.aegis.kernel.Progress;
import io.aegis.repository.Changes;
import io.aegis.repository.CheckDepth;
import io.aegis.repository.ComponentName;
import io.aegis.repository.FileContent;
import io.aegis.repository.FileSource;
import io.aegis.repository.FileSpec;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.Finding;
import io.aegis.repository.Keys;
import io.aegis.repository.Records;
import io.aegis.repository.Register;
import io.aegis.repository.Repository;
import io.aegis.repository.RepositoryId;
import io.aegis.repository.RepositoryStats;
import io.aegis.repository.SnapshotDraft;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.SnapshotWorker;
import io.aegis.repository.SnapshotWriter;
import io.aegis.repository.StoredFile;
import io.aegis.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Snapshots as directories: what is captured lies there as a file. */
final class PlainRepository implements Repository {
  private final Path root;
  private final List<SnapshotSummary> taken = new ArrayList<>();
  private final Map<SnapshotId, Map<String, FileSpec>> contents = new ConcurrentHashMap<>();
  private final List<String> order = new ArrayList<>();
  private final List<SnapshotDraft> drafts = new ArrayList<>();
  private final AtomicReference<Runnable> beforeCapture =
      new AtomicReference<>(PlainRepository::nothing);
  private volatile boolean trusted;
  private final AtomicInteger numbers = new AtomicInteger();
  private Optional<SnapshotId> unfinished = Optional.empty();

  PlainRepository(Path root) {
    this.root = root;
  }

  /** The paths captured so far, by all snapshots, in the order in which they were. */
  synchronized List<String> order() {
    return List.copyOf(order);
  }

  List<SnapshotDraft> drafts() {
    return drafts;
  }

  /** Whether anything was ever taken over without being read. */
  boolean trusted() {
    return trusted;
  }

  /** To be run before the next file is captured. */
  void beforeCapture(Runnable action) {
    beforeCapture.set(action);
  }

  Path directory(SnapshotId id) {
    return root.resolve(id.value());
  }

  @Override
  public SnapshotWriter begin(SnapshotDraft draft) {
    drafts.add(draft);
    int number = numbers.incrementAndGet();
    var id = new SnapshotId(String.format(Locale.ROOT, "20261123T%06dZ-%08x", number, number));
    unfinished = Optional.of(id);
    return new Writer(id, draft);
  }

  @Override
  public Optional<SnapshotId> unfinished(ComponentName component) {
    return unfinished;
  }

  @Override
  public List<SnapshotSummary> snapshots(ComponentName component) {
    return List.copyOf(taken);
  }

  @Override
  public List<ComponentName> components() {
    return drafts.stream().map(SnapshotDraft::component).distinct().toList();
  }

  @Override
  public Taken taken(ComponentName component) {
    return new Taken(taken, new TreeMap<>());
  }

  @Override
  public SnapshotReader open(SnapshotId id) {
    return new Reader(id);
  }

  private static void nothing() {}

  private Map<String, FileSpec> held(SnapshotId id) {
    return contents.computeIfAbsent(id, _ -> new TreeMap<>());
  }

  private synchronized void captured(SnapshotId id, FileSpec file) {
    order.add(file.path());
    held(id).put(file.path(), file);
  }

  private final class Writer implements SnapshotWriter, SnapshotWorker {
    private final SnapshotId id;
    private final SnapshotDraft draft;
    private final AtomicLong bytes = new AtomicLong();

    Writer(SnapshotId id, SnapshotDraft draft) {
      this.id = id;
      this.draft = draft;
    }

    @Override
    public SnapshotId id() {
      return id;
    }

    @Override
    public SnapshotWorker worker() {
      return this;
    }

    @Override
    public Captured capture(FileSpec file, FileSource source, Changes changes) {
      synchronized (beforeCapture) {
        beforeCapture.getAndSet(PlainRepository::nothing).run();
      }
      trusted |= changes instanceof Changes.Pages;
      try {
        return captureFile(file, source, changes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Captured captureFile(FileSpec file, FileSource source, Changes changes)
        throws IOException {
      var target = directory(id).resolve(file.path());
      Files.createDirectories(target.getParent());
      if (!(file.kind() instanceof Kind.File)) {
        Files.createDirectories(target);
        captured(id, file);
        return new Captured(0, 0, 0);
      }
      var content = content(file, source, changes);
      Files.write(target, content.bytes);
      captured(id, file);
      bytes.addAndGet(content.bytes.length);
      return new Captured(content.bytes.length, content.read, content.read);
    }

    private Content content(FileSpec file, FileSource source, Changes changes) throws IOException {
      int size = Math.toIntExact(file.size());
      return switch (changes) {
        case Changes.Everything(), Changes.Unknown() -> {
          var bytes = new byte[size];
          int read = source.read(0, bytes, 0, size);
          yield new Content(Arrays.copyOf(bytes, read), read);
        }
        case Changes.Pages pages -> merged(base(file.path()), pages, source);
      };
    }

    private Content merged(byte[] base, Changes.Pages pages, FileSource source) {
      var bytes = Arrays.copyOf(base, Math.toIntExact(pages.size()));
      long read = 0;
      for (var run : pages.runs()) {
        read += range(source, bytes, run.first() * Changes.PAGE, run.count() * Changes.PAGE);
      }
      int whole = base.length / Changes.PAGE * Changes.PAGE;
      if (whole < bytes.length) {
        read += range(source, bytes, whole, bytes.length - whole);
      }
      return new Content(bytes, read);
    }

    private long range(FileSource source, byte[] bytes, long from, long length) {
      int count = (int) Math.min(length, bytes.length - from);
      return source.read(from, bytes, (int) from, count);
    }

    private byte[] base(String path) throws IOException {
      for (var base : draft.bases()) {
        if (held(base).containsKey(path)) {
          return Files.readAllBytes(directory(base).resolve(path));
        }
      }
      throw new AssertionError("pages of a file that no base holds: " + path);
    }

    @Override
    public SnapshotSummary commit(byte[] attributes) {
      unfinished = Optional.empty();
      var now = Instant.EPOCH.plusSeconds(taken.size());
      var summary = new SnapshotSummary(
          id, draft.component(), now, now, held(id).size(), bytes.get(), bytes.get(), attributes);
      taken.add(summary);
      return summary;
    }

    @Override
    public void close() {}
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Content(byte[] bytes, long read) {

    /** A captured file; only ever read from its beginning to its end. */
    private record Opened(Path path) implements FileContent {
      @Override
      public long size() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void read(long offset, byte[] target, int at, int length) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void transferTo(Sink sink) {
        try {
          var bytes = Files.readAllBytes(path);
          sink.write(0, bytes, 0, bytes.length);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() {}
    }
  }

  private final class Reader implements SnapshotReader {
    private final SnapshotId id;

    Reader(SnapshotId id) {
      this.id = id;
    }

    @Override
    public SnapshotSummary summary() {
      return taken.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    }

    @Override
    public void files(Consumer<StoredFile> each) {
      held(id)
          .values()
          .forEach(spec -> each.accept(new StoredFile(spec, spec.size(), new byte[0])));
    }

    @Override
    public Optional<StoredFile> file(String path) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileContent open(StoredFile file) {
      return new Content.Opened(directory(id).resolve(file.spec().path()));
    }

    @Override
    public List<Finding> missing() {
      return List.of();
    }

    @Override
    public void close() {}
  }

  @Override
  public RepositoryId id() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Location location() {
    return new Location(root.toString());
  }

  @Override
  public Records records() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Register register() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Keys keys() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Finding> check(CheckDepth depth, Progress progress) {
    return List.of();
  }

  @Override
  public RepositoryStats stats() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
