package io.aegis.postgres.control;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.PostgresCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads a control file that its server may be writing. File systems such as ext4 can show such a
 * file half old and half new (trap T15), so it is read again until its checksum is right, or until
 * the same wrong bytes were seen twice, which is damage.
 */
public final class ControlFileReader {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int ATTEMPTS = 60;

  private final TimeSource time;

  public ControlFileReader(TimeSource time) {
    this.time = time;
  }

  /** Where the bytes come from. */
  @FunctionalInterface
  public interface Source {
    byte[] read() throws IOException;
  }

  /**
   * A control file as bytes and as what they say.
   *
   * @param bytes 8192 of them, their checksum right
   */
  @SuppressWarnings("ArrayRecordComponent") // kept to be written elsewhere, compared by nobody
  public record Sound(byte[] bytes, ControlFile content) {}

  /** The control file of the cluster in {@code dataDirectory}. */
  public Sound read(Path dataDirectory) throws InterruptedException {
    var file = dataDirectory.resolve("global/pg_control");
    return read(() -> Files.readAllBytes(file), file.toString());
  }

  /**
   * @param name of the file, for a failure to speak of
   * @throws Failure.Refused if it cannot be read at all
   * @throws Failure.Damaged if its checksum stays wrong
   */
  public Sound read(Source source, String name) throws InterruptedException {
    byte[] before = {};
    for (int attempt = 1; ; attempt++) {
      byte[] bytes = bytesOf(source, name);
      String wrong;
      try {
        return new Sound(bytes, ControlLayout.of(bytes).parse(bytes));
      } catch (Malformed e) {
        wrong = String.valueOf(e.getMessage());
      }
      if (Arrays.equals(before, bytes) || attempt == ATTEMPTS) {
        throw damaged(name, wrong);
      }
      before = bytes;
      time.sleep(PAUSE);
    }
  }

  /** What bytes that nobody is writing any more say. */
  public static ControlFile parse(byte[] bytes) {
    try {
      return ControlLayout.of(bytes).parse(bytes);
    } catch (Malformed e) {
      throw damaged("global/pg_control", String.valueOf(e.getMessage()));
    }
  }

  private static byte[] bytesOf(Source source, String name) {
    try {
      return source.read();
    } catch (NoSuchFileException e) {
      throw new Failure.Refused(
          Report.of(PostgresCode.DATA_DIRECTORY_UNREADABLE, name + " is not there")
              .why("no PostgreSQL has its data in this directory, or has it any more")
              .next(
                  "ask the server: psql -c 'show data_directory'",
                  "set database.data-directory in aegis.yaml to that"),
          e);
    } catch (IOException e) {
      throw new Failure.Refused(
          Report.of(PostgresCode.DATA_DIRECTORY_UNREADABLE, "cannot read " + name)
              .why(String.valueOf(e))
              .next("run Aegis as the account that owns the data directory, or as root"),
          e);
    }
  }

  private static Failure.Damaged damaged(String name, String wrong) {
    return new Failure.Damaged(
        Report.of(PostgresCode.CONTROL_FILE_DAMAGED, "the control file " + name + " is damaged")
            .why(wrong)
            .next(
                "check that PostgreSQL runs on this directory and that its disk is healthy",
                "aegis points    (shows what can be recovered)"));
  }
}
