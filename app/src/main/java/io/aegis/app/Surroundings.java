package io.aegis.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the process finds around itself; handed in, so that a test can bring its own.
 *
 * @param variables the environment variables
 * @param directory the working directory, absolute
 * @param home the account's own directory
 */
public record Surroundings(
    Map<String, String> variables, Path directory, Path home, Account account) {

  public Surroundings {
    variables = Map.copyOf(variables);
  }

  /**
   * Who is acting, as the operating system knows it. No variable and no option can claim to be
   * somebody else: an approval by a second person rests on it.
   *
   * @param isProven whether the name says who it is; not within a user namespace, which anybody may
   *     make and be anybody in
   */
  public record Account(String user, String host, boolean isProven) {
    public Account(String user, String host) {
      this(user, host, true);
    }

    static Account inNamespace(String outside, String host) {
      return new Account(outside, host, false);
    }

    @Override
    public String toString() {
      return user + "@" + host + (isProven ? "" : " in a user namespace");
    }
  }

  public static Surroundings ofProcess() {
    return new Surroundings(
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Path.of(System.getProperty("user.home")),
        account(UidMap.ofProcess()));
  }

  /** The configuration file that an option names or else a variable; it need not exist. */
  public Optional<Path> configuration(Optional<Path> option) {
    return option
        .or(() -> Optional.ofNullable(variables.get("AEGIS_CONFIG"))
            .filter(named -> !named.isEmpty())
            .map(Path::of))
        .map(named -> directory.resolve(named).normalize());
  }

  private static Account account(UidMap map) {
    return map.isWhole()
        ? new Account(userName(), hostName())
        : Account.inNamespace(map.outside(ownUid()), hostName());
  }

  private static long ownUid() {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    } catch (IOException e) {
      return -1; // in no range of any map
    }
  }

  // The kernel says whose process this is. The property of the same meaning can be set by anybody
  // who can set JAVA_TOOL_OPTIONS, and would let an initiator approve as somebody else.
  private static String userName() {
    try {
      return Files.getOwner(Path.of("/proc/self")).getName();
    } catch (IOException e) {
      return System.getProperty("user.name");
    }
  }

  // The kernel's file, where there is one: asking the resolver may wait for a network that is down.
  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return resolvedHostName();
    }
  }

  private static String resolvedHostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
