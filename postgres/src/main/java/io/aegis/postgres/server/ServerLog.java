package io.aegis.postgres.server;

import io.aegis.postgres.account.HeldDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of a server's log, from the moment it was opened: where PostgreSQL says why. The server
 * is started so that it logs in English and to this file, whatever its configuration. It lies among
 * what the server's account may change: only a file of that account is read, and through no link.
 */
public final class ServerLog {
  private static final int TAIL = 256 * 1024;
  private static final Pattern LINE =
      Pattern.compile("\\b(PANIC|FATAL|ERROR|WARNING|LOG|DETAIL|HINT|CONTEXT):\\s+(.*)");
  private static final Pattern ROUTINE =
      Pattern.compile("the database system is (starting up|shutting down|not yet accepting).*");

  /** {@code SysLogger_Start}, src/backend/postmaster/syslogger.c; English, as far as it is. */
  private static final Pattern GOES_ON =
      Pattern.compile("HINT:\\s+Future log output will appear in directory \"([^\"\\x00]+)\"");

  private final Path data;
  private final Path file;
  private final long from;

  private ServerLog(Path data, Path file, long from) {
    this.data = data;
    this.file = file;
    this.from = from;
  }

  /** Of what is written from now on. */
  static ServerLog from(LocalServer.Place place) {
    var all = of(place);
    try (var channel = all.open().orElse(null)) {
      return new ServerLog(place.data(), all.file, channel == null ? 0 : channel.size());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + all.file, e);
    }
  }

  /** Of a server that runs already: all of its last lines. */
  static ServerLog of(LocalServer.Place place) {
    return new ServerLog(place.data(), place.log(), 0);
  }

  /** The last complaint of the server with what it added to it, on one line; empty if none. */
  public String why() {
    var complaints = complaints();
    return complaints.isEmpty() ? goesOn().orElseGet(this::beforeTheLog) : complaints.getLast();
  }

  /** Where a server goes on that has begun its own log: the cause stands there. */
  private Optional<String> goesOn() {
    return tail()
        .lines()
        .map(GOES_ON::matcher)
        .filter(Matcher::find)
        .map(found -> "its log goes on in " + data.resolve(found.group(1)))
        .reduce((_, later) -> later);
  }

  /** What it said, or whoever was to run it, before it had a log to write to. */
  private String beforeTheLog() {
    var lines =
        tail().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return lines.stream().anyMatch(line -> LINE.matcher(line).find())
        ? ""
        : String.join(" ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
  }

  /** Every PANIC, FATAL and ERROR, in order, each joined with its detail and hint. */
  public List<String> complaints() {
    return entries(Pattern.compile("PANIC|FATAL|ERROR"));
  }

  /** Every WARNING, in order, each joined with its detail and hint. */
  public List<String> warnings() {
    return entries(Pattern.compile("WARNING"));
  }

  private List<String> entries(Pattern severities) {
    var found = new ArrayList<String>();
    boolean within = false;
    for (String line : tail().split("\n", -1)) {
      var matcher = LINE.matcher(line);
      if (!matcher.find()) {
        continue;
      }
      String severity = matcher.group(1);
      String text = matcher.group(2).strip();
      if (severity.equals("DETAIL") || severity.equals("HINT")) {
        if (within) {
          found.set(found.size() - 1, found.getLast() + "; " + text);
        }
      } else {
        within =
            severities.matcher(severity).matches() && !ROUTINE.matcher(text).matches();
        if (within) {
          found.add(text);
        }
      }
    }
    return List.copyOf(found);
  }

  private String tail() {
    try (var channel = open().orElse(null)) {
      if (channel == null) {
        return "";
      }
      long begin = Math.max(from, channel.size() - TAIL);
      var buffer = ByteBuffer.allocate((int) Math.max(0, channel.size() - begin));
      while (buffer.hasRemaining() && channel.read(buffer, begin + buffer.position()) > 0) {
        // until the end of what was there
      }
      return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private Optional<FileChannel> open() throws IOException {
    try (var directory = HeldDirectory.holding(data, data.relativize(file))) {
      return directory.read(String.valueOf(file.getFileName()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }
}
