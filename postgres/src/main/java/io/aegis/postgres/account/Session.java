package io.aegis.postgres.account;

import io.aegis.kernel.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All that a program of {@link Account#program} has started and that lives: its session, also when
 * the program itself is gone, and whatever hangs below one of that. What made itself a session of
 * its own and let go of its parent, as a daemon does, is not found. Closing it ends all of it.
 */
public final class Session implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** How long what was killed may take to go, if its disk hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(10);

  private final Process leader;
  private final TimeSource time;

  /**
   * @param leader as {@code setsid} started it, which bears the number of its session
   */
  public Session(Process leader, TimeSource time) {
    this.leader = leader;
    this.time = time;
  }

  /** The numbers of its processes; empty when there are none any more. */
  public List<Long> living() {
    if (!leader.isAlive() && ProcessHandle.of(leader.pid()).isPresent()) {
      return List.of(); // no number is given away while a session has it: all of it is gone
    }
    var all = everybody();
    var found = new HashSet<Long>();
    if (leader.isAlive()) {
      found.add(leader.pid()); // it may not have come to its setsid yet
    }
    for (boolean more = true; more; ) {
      more = false;
      for (var one : all) {
        if (one.session == leader.pid() || found.contains(one.parent)) {
          more |= found.add(one.id);
        }
      }
    }
    return found.stream().sorted().toList();
  }

  /** Whether all of it is gone within {@code patience}. */
  public boolean isGoneWithin(Duration patience) throws InterruptedException {
    for (long begun = time.nanos(); !living().isEmpty(); time.sleep(POLL)) {
      if (time.nanos() - begun > patience.toNanos()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Kills all of it, again and again: one may just be starting another.
   *
   * @return what is still there, since it hangs or is not ours to kill
   */
  public List<Long> end() throws InterruptedException {
    var left = living();
    for (long begun = time.nanos(); !left.isEmpty(); left = living()) {
      left.forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
      if (time.nanos() - begun > PATIENCE.toNanos()) {
        return left;
      }
      time.sleep(POLL);
    }
    return left;
  }

  /** As {@link #end}; who is interrupted meanwhile has sent the signal once. */
  @Override
  public void close() {
    try {
      end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<Member> everybody() {
    var all = new ArrayList<Member>();
    try (var entries = Files.list(PROC)) {
      for (var entry : entries.toList()) {
        if (NUMBER.matcher(String.valueOf(entry.getFileName())).matches()) {
          Member.read(entry).ifPresent(all::add);
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("the processes of this machine cannot be listed", e);
    }
  }

  private record Member(long id, long parent, long session) {

    /** Of {@code /proc/<pid>/stat}: its number, its name in brackets, its state, its parent, ... */
    static Optional<Member> read(Path process) {
      try {
        // Its name is what it likes, brackets and bytes that are no text included.
        String stat =
            new String(Files.readAllBytes(process.resolve("stat")), StandardCharsets.ISO_8859_1);
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        if (fields[0].equals("Z") || fields[0].equals("X")) {
          return Optional.empty(); // dead, and not yet buried
        }
        return Optional.of(new Member(
            Long.parseLong(stat.substring(0, stat.indexOf(' '))),
            Long.parseLong(fields[1]),
            Long.parseLong(fields[3])));
      } catch (IOException e) {
        return Optional.empty(); // gone meanwhile
      }
    }
  }
}
