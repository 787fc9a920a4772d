package io.aegis.postgres.restore;

import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TaskScope;
import io.aegis.repository.FileSpec;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Copies the files of a snapshot, the large ones first so that no worker is left with one at the
 * end, each by one worker. Syncing to disk has threads of its own, because it waits while copying
 * computes. A file gets its name only when it is whole and on disk: what stands there under its
 * name is never copied again.
 */
final class FileFiller {

  /**
   * From here on files are sorted by size; smaller ones come as they are listed, in flat memory.
   */
  private static final long LARGE = 1L << 20;

  private static final int QUEUE = 256;
  private static final int SYNCERS = 2;

  private final SnapshotReader snapshot;
  private final Workbench bench;
  private final int workers;
  private final Progress progress;
  private final Milestones milestones;
  private final BlockingQueue<Piece> toCopy = new ArrayBlockingQueue<>(QUEUE);
  private final BlockingQueue<Piece> toSync = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicInteger copying;

  FileFiller(
      SnapshotReader snapshot,
      Workbench bench,
      int workers,
      Progress progress,
      Milestones milestones) {
    this.snapshot = snapshot;
    this.bench = bench;
    this.workers = workers;
    this.progress = progress;
    this.milestones = milestones;
    copying = new AtomicInteger(workers);
  }

  /** What goes through the queues. */
  private sealed interface Piece {
    record File(StoredFile stored) implements Piece {}

    /** Whole, and not yet under its name. */
    record Copied(Workbench.Part part, FileSpec spec) implements Piece {}

    /** Nothing follows for the one who takes it. */
    record End() implements Piece {}
  }

  void fill() throws InterruptedException {
    try (var scope = TaskScope.computing("restore", workers + SYNCERS + 1)) {
      for (int i = 0; i < SYNCERS; i++) {
        scope.fork(this::syncAll);
      }
      for (int i = 0; i < workers; i++) {
        scope.fork(this::copyAll);
      }
      scope.fork(this::list);
      scope.join();
    }
  }

  private Void list() throws InterruptedException {
    var large = new ArrayList<StoredFile>();
    eachFile(file -> {
      if (file.size() >= LARGE) {
        large.add(file);
      }
    });
    large.sort(Comparator.comparingLong(StoredFile::size).reversed());
    for (var file : large) {
      toCopy.put(new Piece.File(file));
    }
    large.clear();
    eachFile(file -> {
      if (file.size() < LARGE) {
        put(toCopy, file);
      }
    });
    end(toCopy, workers);
    return null;
  }

  private void eachFile(Consumer<StoredFile> each) {
    snapshot.files(file -> {
      if (file.spec().kind() instanceof Kind.File
          && SnapshotFiles.isCopied(file.spec().path())) {
        each.accept(file);
      }
    });
  }

  private static void put(BlockingQueue<Piece> queue, StoredFile file) {
    try {
      queue.put(new Piece.File(file));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Stopped(e);
    }
  }

  /** The scope was closed while files were being listed. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped(InterruptedException cause) {
      super("listing was stopped", cause);
    }
  }

  private static void end(BlockingQueue<Piece> queue, int takers) throws InterruptedException {
    for (int i = 0; i < takers; i++) {
      queue.put(new Piece.End());
    }
  }

  private Void copyAll() throws InterruptedException {
    while (toCopy.take() instanceof Piece.File(var stored)) {
      String path = stored.spec().path();
      if (isThere(bench.target().resolve(path), stored)) {
        progress.advance(stored.size());
      } else {
        var part = bench.part(path);
        copy(stored, part);
        toSync.put(new Piece.Copied(part, stored.spec()));
      }
    }
    if (copying.decrementAndGet() == 0) {
      end(toSync, SYNCERS);
    }
    return null;
  }

  private static boolean isThere(Path file, StoredFile stored) {
    try {
      return Files.exists(file) && Files.size(file) == stored.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copy(StoredFile stored, Workbench.Part part) {
    try (var content = snapshot.open(stored);
        var channel = part.create()) {
      content.transferTo((offset, bytes, at, length) -> {
        write(channel, offset, ByteBuffer.wrap(bytes, at, length));
        progress.advance(length);
      });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(FileChannel channel, long offset, ByteBuffer bytes) {
    try {
      long position = offset;
      while (bytes.hasRemaining()) {
        position += channel.write(bytes, position);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Void syncAll() throws InterruptedException {
    while (toSync.take() instanceof Piece.Copied(var part, var spec)) {
      try {
        part.finish(spec.mode());
        bench.place(part, spec.path());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      milestones.reach("restore.file-in-place");
    }
    return null;
  }

  /** Of the snapshot, parents first. */
  List<FileSpec> directories() {
    var directories = new ArrayList<FileSpec>();
    snapshot.files(file -> {
      if (file.spec().kind() instanceof Kind.Directory
          && SnapshotFiles.isCopied(file.spec().path())) {
        directories.add(file.spec());
      }
    });
    return directories;
  }
}
