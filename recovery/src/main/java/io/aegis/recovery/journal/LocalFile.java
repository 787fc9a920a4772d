package io.aegis.recovery.journal;

import static io.aegis.recovery.RecoveryCode.LOCAL_JOURNAL_DAMAGED;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.recovery.ExecutionId;
import io.aegis.recovery.RecoveryCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One file per execution, one line per entry, forced to the disk after each. A last line that was
 * torn by a crash was never acknowledged to anybody and counts as not written. What stands here is
 * not sealed as it is in the repository: names of machines, paths, reasons; nobody else reads it.
 */
public final class LocalFile implements LocalJournal {
  private static final FileAttribute<?> OURS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> OURS_ALONE_TO_ENTER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<StandardOpenOption> APPENDING =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

  private final Path directory;
  private final Path file;

  public LocalFile(Path directory, ExecutionId execution) {
    this.directory = directory;
    this.file = directory.resolve(execution + ".journal");
  }

  // An interrupt would close the channel in the middle; whoever set it sees it afterwards.
  @Override
  public void keep(Entry entry) {
    boolean interrupted = Thread.interrupted();
    try {
      append(entry);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void append(Entry entry) {
    var line = ByteBuffer.wrap((entry.line() + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      Files.createDirectories(directory, OURS_ALONE_TO_ENTER);
      dropTornLine();
      try (var channel = FileChannel.open(file, APPENDING, OURS_ALONE)) {
        while (line.hasRemaining()) {
          channel.write(line);
        }
        channel.force(true);
      }
      force(directory);
    } catch (IOException e) {
      throw failed("keep an entry in " + file, e);
    }
  }

  private void dropTornLine() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    var content = Files.readAllBytes(file);
    int whole = content.length;
    while (whole > 0 && content[whole - 1] != '\n') {
      whole--;
    }
    if (whole < content.length) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(whole);
      }
    }
  }

  @Override
  public List<Entry> kept() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      String content = Files.readString(file);
      var entries = new ArrayList<Entry>();
      int start = 0;
      for (int end = content.indexOf('\n'); end >= 0; end = content.indexOf('\n', start)) {
        entries.add(Entry.parse(content.substring(start, end)));
        start = end + 1;
      }
      return entries;
    } catch (Malformed e) {
      throw damaged(e);
    } catch (IOException e) {
      throw failed("read what was kept in " + file, e);
    }
  }

  @Override
  public void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed("remove " + file, e);
    }
  }

  @Override
  public void setAside() {
    try {
      if (Files.exists(file)) {
        var aside = file.resolveSibling(file.getFileName() + ".refused");
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw failed("set " + file + " aside", e);
    }
  }

  private static void force(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Damaged damaged(Malformed cause) {
    return new Damaged(
        Report.of(LOCAL_JOURNAL_DAMAGED, "a line of " + file + " is no entry of a journal")
            .why(String.valueOf(cause.getMessage()))
            .safe("nothing was changed; what the repository has of the journal is untouched")
            .next(
                "keep a copy of " + file + ": it holds what was done while the repository was away",
                "move it away, then: aegis resume <execution>"),
        cause);
  }

  private static Unavailable failed(String what, Exception cause) {
    return new Unavailable(
        Report.of(RecoveryCode.LOCAL_JOURNAL_FAILED, "this machine could not " + what)
            .why(String.valueOf(cause.getMessage()))
            .safe("what the repository has of the journal is untouched")
            .next(
                "make the directory writable or free space on it, then resume the execution",
                "aegis execution list"),
        cause);
  }
}
