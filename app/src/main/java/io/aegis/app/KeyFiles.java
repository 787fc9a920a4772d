package io.aegis.app;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import io.aegis.repository.Repositories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** Key files on disk: made once, for the account alone, never overwritten. */
public final class KeyFiles {
  private KeyFiles() {}

  /**
   * Makes a new key and keeps it in a file, durable on return.
   *
   * @throws Failure.Refused if the file is there already or cannot be written
   */
  public static Secret create(Path file) {
    var key = Repositories.newKeyFile(Entropy.secure());
    write(file, key);
    return key;
  }

  private static void write(Path file, Secret key) {
    var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(file, fresh, mine)) {
      key.use(bytes -> writeAll(channel, bytes));
      channel.force(true);
    } catch (UncheckedIOException e) {
      throw notWritten(file, Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw notWritten(file, e);
    }
  }

  private static Failure notWritten(Path file, IOException cause) {
    return new Failure.Refused(
        Report.of(AppCode.SECRET_UNREADABLE, "cannot write the key file " + file)
            .why(FileFault.why(cause))
            .safe("nothing was overwritten")
            .next("choose another place: --file, or for init repository.key in aegis.yaml"),
        cause);
  }

  private static int writeAll(FileChannel channel, byte[] bytes) {
    try {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      return bytes.length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes back what {@link #create} made for something that then did not come about. */
  public static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
