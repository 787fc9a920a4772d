package io.aegis.postgres.restore;

import io.aegis.postgres.account.HeldDirectory;
import io.aegis.postgres.layout.DirectoryScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where one run of a restore makes its files before they get their names: a directory in the data
 * directory and one in each tablespace, called as no other run's. The next run takes them away
 * before it begins. Whoever was frozen meanwhile, and does not know that it was replaced, then has
 * no directory to make a file in and no file to put in place, and what it still has open is no
 * longer anybody's file: it changes nothing more.
 *
 * <p>The data directory and those of the tablespaces are held open too: the account that they are
 * restored for owns them and may replace anything in them, and often themselves, all the while. A
 * bench of root's stays root's, or that account would put something else in the place of a file
 * that is about to be given to it.
 */
final class Workbench implements AutoCloseable {
  private static final String PREFIX = "aegis-run-";

  private final Goal goal;
  private final String name;
  private final Map<Path, Bench> benches = new LinkedHashMap<>();
  private final List<HeldDirectory> held = new ArrayList<>();
  private final AtomicLong parts = new AtomicLong();

  private Workbench(Goal goal, String name) {
    this.goal = goal;
    this.name = name;
  }

  /**
   * Where a path of the snapshot is restored. A tablespace is reached by its own directory, as the
   * plan names it, and not by the link to it in the data directory, which may be another by now.
   *
   * @param root the data directory or that of a tablespace
   * @param below from there on; {@code .} for the directory itself
   */
  private record Spot(Path root, Path below) {
    static Spot of(Goal goal, String path) {
      var oid = SnapshotFiles.tablespaceOf(path);
      var tablespace = oid.isPresent() ? goal.tablespaces().get(oid.getAsLong()) : null;
      var whole = Path.of(path);
      if (tablespace == null) {
        return new Spot(goal.target(), whole);
      }
      int names = whole.getNameCount();
      return new Spot(tablespace, names > 2 ? whole.subpath(2, names) : Path.of("."));
    }

    boolean isRoot() {
      return below.equals(Path.of("."));
    }

    String name() {
      return String.valueOf(below.getFileName());
    }
  }

  /**
   * One of its directories.
   *
   * @param top the data directory or a tablespace's
   * @param around where in it the bench lies
   */
  private record Bench(HeldDirectory top, HeldDirectory around, HeldDirectory itself) {}

  /**
   * A file that is being made, and has no name yet.
   *
   * @param top the data directory or a tablespace's, whose owner's it becomes
   */
  record Part(HeldDirectory bench, String name, HeldDirectory top) {
    FileChannel create() throws IOException {
      return bench.createOwn(name);
    }

    /** On disk when this returns, with these permission bits. */
    void finish(int mode) throws IOException {
      bench.finish(name, DurableFiles.permissions(mode), top);
    }
  }

  /**
   * Takes over from every earlier run.
   *
   * @param run no two runs ever are called the same
   */
  static Workbench take(Goal goal, String run) throws IOException {
    var taken = new Workbench(goal, PREFIX + run);
    try {
      taken.hold(goal.target(), Path.of(Marker.DIRECTORY, DirectoryScan.RESTORE_MARKER));
      for (var tablespace : goal.tablespaces().values()) {
        taken.hold(tablespace, Path.of(Marker.OfTablespace.NAME));
      }
      return taken;
    } catch (IOException e) {
      taken.release();
      throw e;
    }
  }

  /**
   * @param mark by which it is the one that was claimed
   */
  private void hold(Path root, Path mark) throws IOException {
    var top = keep(HeldDirectory.of(root));
    var around = keep(top.holderOf(mark));
    if (!around.has(String.valueOf(mark.getFileName()))) {
      throw new NoSuchFileException(root.resolve(mark).toString());
    }
    var bench = new Bench(top, around, keep(around.makeOwn(name)));
    benches.put(root, bench);
    replaceOthers(bench);
  }

  private HeldDirectory keep(HeldDirectory opened) {
    held.add(opened);
    return opened;
  }

  /** Moved first: from that moment on nothing can be made there under the name it had. */
  private void replaceOthers(Bench bench) throws IOException {
    for (String other : benchesIn(bench.around())) {
      if (!other.equals(name)) {
        moveAway(bench, other);
      }
    }
    for (String left : bench.itself().names()) {
      bench.itself().deleteTree(left);
    }
  }

  private static void moveAway(Bench bench, String other) throws IOException {
    try {
      bench.around().move(other, bench.itself(), other);
    } catch (NoSuchFileException e) {
      if (bench.around().has(other)) {
        throw e; // it is our own that is gone: a third run took over
      }
    } catch (AccessDeniedException e) {
      throw new FileSystemException(
          other, null, "a run of root's was killed here, and root alone can take it over");
    }
  }

  private static List<String> benchesIn(HeldDirectory directory) throws IOException {
    return directory.names().stream().filter(entry -> entry.startsWith(PREFIX)).toList();
  }

  private Bench bench(Spot spot) {
    var bench = benches.get(spot.root());
    if (bench == null) {
      throw new IllegalStateException(spot.root() + " is no place of this restore");
    }
    return bench;
  }

  Path target() {
    return goal.target();
  }

  /**
   * @throws NoSuchFileException if another run took over
   */
  void require() throws IOException {
    if (!bench(new Spot(target(), Path.of(""))).around().has(name)) {
      throw new NoSuchFileException(
          Marker.directory(target()).resolve(name).toString(), null, "another run took over");
    }
  }

  /** Makes a directory that the snapshot has, or gives it these permission bits if it is there. */
  void makeDirectory(String path, int mode) throws IOException {
    var spot = Spot.of(goal, path);
    var permissions = DurableFiles.permissions(mode);
    var top = bench(spot).top();
    if (spot.isRoot()) {
      top.allow(permissions);
      return;
    }
    try (var holder = top.holderOf(spot.below())) {
      holder.makeDirectory(spot.name(), permissions);
    }
  }

  /** Where {@code path}, as the snapshot calls it, is made: on its own file system. */
  Part part(String path) {
    var spot = Spot.of(goal, path);
    var bench = bench(spot);
    return new Part(bench.itself(), Long.toString(parts.incrementAndGet()), bench.top());
  }

  /** Gives a part that is finished its name. */
  void place(Part part, String path) throws IOException {
    var spot = Spot.of(goal, path);
    try (var holder = bench(spot).top().holderOf(spot.below())) {
      part.bench().move(part.name(), holder, spot.name());
    }
  }

  void write(String path, String content) throws IOException {
    write(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Durable on return. */
  void write(String path, byte[] content) throws IOException {
    var part = part(path);
    try (var channel = part.create()) {
      writeAll(channel, content);
    }
    part.finish(DurableFiles.OWNER_FILE);
    place(part, path);
    DurableFiles.syncDirectory(DurableFiles.parentOf(target().resolve(path)));
  }

  private static void writeAll(FileChannel channel, byte[] content) throws IOException {
    var buffer = ByteBuffer.wrap(content);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Removes what runs that were killed have left. */
  static void removeAll(Goal goal) throws IOException {
    try (var top = HeldDirectory.of(goal.target());
        var own = top.enter(Marker.DIRECTORY)) {
      removeIn(own);
    }
    for (var tablespace : goal.tablespaces().values()) {
      if (Files.isDirectory(tablespace)) {
        try (var top = HeldDirectory.of(tablespace)) {
          removeIn(top);
        }
      }
    }
  }

  private static void removeIn(HeldDirectory directory) throws IOException {
    for (String bench : benchesIn(directory)) {
      remove(directory, bench);
    }
  }

  private static void remove(HeldDirectory around, String bench) throws IOException {
    try {
      around.deleteTree(bench);
    } catch (NoSuchFileException e) {
      // Another run took it over, and removes it.
    }
  }

  @Override
  public void close() throws IOException {
    try {
      for (var bench : benches.values()) {
        remove(bench.around(), name);
      }
    } finally {
      release();
    }
  }

  private void release() throws IOException {
    HeldDirectory.closeAll(held);
  }
}
