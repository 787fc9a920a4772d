package io.aegis.recovery.journal;

import io.aegis.recovery.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes of this machine, as the operating system lists them. A machine is its name together
 * with the id of its present boot, so that a process number of before the last boot means nothing,
 * and with the namespace in which its processes are numbered: in a container the same number is
 * another process, and one that lives outside is not to be seen.
 */
public final class ThisMachine implements Processes {
  /** The leads of this process: one process is one place, however many objects it makes of us. */
  private static final Set<String> LEADS = ConcurrentHashMap.newKeySet();

  private final String machine;

  public ThisMachine() {
    this.machine = read("/proc/sys/kernel/hostname", "unnamed") + "/"
        + read("/proc/sys/kernel/random/boot_id", "unknown-boot") + "/"
        + link("/proc/self/ns/pid", "unknown-pids");
  }

  @Override
  public Leader here(Person person, String nonce) {
    LEADS.add(nonce);
    var process = ProcessHandle.current();
    return new Leader(person, machine, process.pid(), begun(process), nonce);
  }

  @Override
  public Sign look(Leader leader) {
    if (!leader.machine().equals(machine)) {
      return Sign.OUT_OF_SIGHT;
    }
    var self = ProcessHandle.current();
    if (!listsUs(self)) {
      return LEADS.contains(leader.nonce()) ? Sign.ALIVE : Sign.OUT_OF_SIGHT;
    }
    if (leader.pid() == self.pid() && leader.begun().isSame(begun(self))) {
      return LEADS.contains(leader.nonce()) ? Sign.ALIVE : Sign.DEAD;
    }
    boolean lives = ProcessHandle.of(leader.pid())
        .filter(ProcessHandle::isAlive)
        .map(found -> begun(found).isSame(leader.begun()))
        .orElse(false);
    return lives ? Sign.ALIVE : Sign.DEAD;
  }

  @Override
  public void ended(Leader leader) {
    LEADS.remove(leader.nonce());
  }

  /** Where {@code /proc} is another namespace's, its numbers are not of the processes here. */
  private static boolean listsUs(ProcessHandle self) {
    String number = Long.toString(self.pid());
    return link("/proc/self", number).equals(number);
  }

  private static Start begun(ProcessHandle process) {
    return new Start(
        process.info().startInstant().orElse(Instant.EPOCH), ProcStat.startTicks(process.pid()));
  }

  private static String link(String link, String otherwise) {
    try {
      return Files.readSymbolicLink(Path.of(link)).toString();
    } catch (IOException e) {
      return otherwise; // not Linux, as below
    }
  }

  private static String read(String file, String otherwise) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return otherwise; // not Linux: processes elsewhere are then told apart by number and start
    }
  }
}
