package io.aegis.postgres.snapshot;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Progress;
import io.aegis.kernel.Report;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.layout.Places;
import io.aegis.repository.FileSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * A file being captured: positioned reads, and the progress they make. A file that the server has
 * removed stays readable while it is open.
 */
final class OpenFile implements FileSource, AutoCloseable {
  private final String path;
  private final FileChannel channel;
  private final Progress progress;
  private long left;

  private OpenFile(String path, FileChannel channel, Progress progress, long size) {
    this.path = path;
    this.channel = channel;
    this.progress = progress;
    this.left = size;
  }

  /**
   * @param path one of those that were listed
   * @param size what progress was promised of this file, in bytes
   * @return empty if there is no such file any more (trap T12)
   */
  static Optional<OpenFile> open(Places places, String path, Progress progress, long size) {
    try {
      var channel = places.open(path);
      return Optional.of(new OpenFile(path, channel, progress, size));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  @Override
  public int read(long offset, byte[] target, int at, int length) {
    var buffer = ByteBuffer.wrap(target, at, length);
    try {
      while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position() - at) >= 0) {}
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    int count = buffer.position() - at;
    advance(count);
    return count;
  }

  /** What is read twice counts once. */
  private void advance(long count) {
    long step = Math.min(count, left);
    left -= step;
    progress.advance(step);
  }

  /** Counts as done what did not have to be read. */
  void finishProgress() {
    advance(left);
  }

  private static Failure unreadable(String path, IOException e) {
    return new Failure.Refused(
        Report.of(PostgresCode.DATA_DIRECTORY_UNREADABLE, "cannot read " + path)
            .why(String.valueOf(e))
            .safe("earlier snapshots are untouched")
            .next(
                "run Aegis as the account that owns the data directory, or as root",
                "check the disk it is on"),
        e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }
}
