package io.aegis.postgres.server;

import static io.aegis.postgres.PostgresCode.DATA_DIRECTORY_UNREADABLE;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} says (PostgreSQL's src/include/utils/pidfile.h). It may be stale: it
 * is a claim, not a proof.
 *
 * @param pid the process that wrote it
 * @param started when that process began
 * @param port its port, which is part of the socket's name
 * @param socketDirectory where its first socket lies; empty if it has none (yet)
 * @param address the first on which it listens: a name, a number or {@code *}; empty if none (yet)
 * @param status the last line: {@code ready} once connections are taken; empty at first
 */
public record LockFile(
    long pid, Instant started, int port, String socketDirectory, String address, String status) {

  /**
   * @throws Unavailable if what is there cannot be read, as where its disk is broken
   */
  public static Optional<LockFile> read(Path data) {
    try {
      var file = data.resolve("postmaster.pid"); // its owner may have put a link there
      try (var input = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        return parse(
            new String(input.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new Unavailable(
          Report.of(DATA_DIRECTORY_UNREADABLE, "cannot read postmaster.pid of " + data)
              .why(String.valueOf(e))
              .safe("nothing was changed")
              .next("see to that directory, its permissions and its disk"),
          e);
    }
  }

  /** A file that is just being written has fewer lines; without its first four it says nothing. */
  static Optional<LockFile> parse(List<String> lines) {
    if (lines.size() < 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(new LockFile(
          Long.parseLong(lines.get(0).strip()),
          Instant.ofEpochSecond(Long.parseLong(lines.get(2).strip())),
          Integer.parseInt(lines.get(3).strip()),
          line(lines, 4),
          line(lines, 5),
          line(lines, 7)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether its first address is that one, or all. */
  public boolean listensOn(InetAddress asked) {
    if (address.isEmpty() || address.equals("*")) {
      return !address.isEmpty();
    }
    try {
      var first = InetAddress.getByName(address);
      return first.isAnyLocalAddress()
          || first.equals(asked)
          || first.isLoopbackAddress() && asked.isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  boolean takesConnections() {
    return status.equals("ready");
  }

  private static String line(List<String> lines, int index) {
    return index < lines.size() ? lines.get(index).strip() : "";
  }
}
