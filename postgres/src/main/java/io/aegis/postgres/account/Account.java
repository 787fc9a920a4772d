package io.aegis.postgres.account;

import static io.aegis.postgres.PostgresCode.ACCOUNT_UNUSABLE;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An account of this machine.
 *
 * @param name as people know it; {@code uid:gid} where the machine has no name for it
 */
public record Account(String name, int user, int group) {
  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,10}):(\\d{1,10})");

  /** The one above it is how the system is told to leave an owner as it is. */
  private static final long MOST = 0xFFFF_FFFEL;

  /** PostgreSQL refuses to run as root; in a user namespace it is nobody, and root outside. */
  private static final List<String> AS_NOBODY =
      List.of("unshare", "--user", "--map-user=65534", "--map-group=65534", "--");

  // Of a file in there: /proc/self is a link, and root's, whoever looks.
  private static final Account OWN = ownerOf(Path.of("/proc/self/status"));

  /** Whose this process is. */
  public static Account own() {
    return OWN;
  }

  /** Whose {@code path} is; of a link its own owner. */
  public static Account ownerOf(Path path) {
    try {
      int user = id(path, "unix:uid");
      int group = id(path, "unix:gid");
      String name = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
      boolean nameless = name.equals(Integer.toString(user));
      return new Account(nameless ? text(user) + ":" + text(group) : name, user, group);
    } catch (IOException e) {
      throw new UncheckedIOException("the owner of " + path + " cannot be read", e);
    }
  }

  private static String text(int id) {
    return Integer.toUnsignedString(id);
  }

  private static int id(Path path, String which) throws IOException {
    return (Integer) Files.getAttribute(path, which, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * The account of that name, with the group that the machine's list of accounts gives it.
   *
   * @throws Refused if this machine has none of that name
   */
  public static Account named(String name) {
    var numbers = NUMBERS.matcher(name);
    return numbers.matches()
        ? new Account(name, id(name, numbers.group(1)), id(name, numbers.group(2)))
        : new Account(name, number("-u", name), number("-g", name));
  }

  /**
   * That of a plan, which names none where it is whoever runs Aegis.
   *
   * @throws Refused as {@link #named} does
   */
  public static Account planned(String name) {
    return name.isEmpty() ? own() : named(name);
  }

  /** Up to 32 bits of it: platforms that give ids away themselves begin at a thousand million. */
  private static int id(String name, String number) {
    long id = Long.parseLong(number); // ten digits at most
    if (id > MOST) {
      throw new Refused(unusable(name, "no account has the number " + number));
    }
    return (int) id;
  }

  private static int number(String which, String name) {
    try {
      var asked =
          new ProcessBuilder("id", which, "--", name).redirectErrorStream(true).start();
      asked.getOutputStream().close();
      var answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (asked.waitFor() != 0) {
        throw new Refused(unusable(name, answer.strip()));
      }
      return Integer.parseUnsignedInt(answer.strip());
    } catch (IOException | NumberFormatException e) {
      throw new Refused(unusable(name, String.valueOf(e.getMessage())), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(unusable(name, "interrupted"), e);
    }
  }

  private static Report unusable(String name, String why) {
    return Report.of(ACCOUNT_UNUSABLE, "the account '" + name + "' is not known on this machine")
        .why(why)
        .next("set 'recovery.account' in aegis.yaml to the account that runs PostgreSQL here");
  }

  public boolean isRoot() {
    return user == 0;
  }

  /** Makes {@code made} this account's, the link itself where it is one. Only root can. */
  public void take(Path made) throws IOException {
    give(made, user, group);
  }

  private static void give(Path made, int user, int group) throws IOException {
    Files.setAttribute(made, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(made, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * What root made in somebody else's directory becomes theirs, as if they had made it themselves.
   * Does nothing for whoever is not root.
   */
  public static void adopt(Path made) throws IOException {
    var parent = made.getParent();
    if (parent == null || !own().isRoot()) {
      return;
    }
    int user = id(parent, "unix:uid"); // its name is not asked for: that may cost a round trip
    if (user != 0) {
      give(made, user, id(parent, "unix:gid"));
    }
  }

  /**
   * How {@code program} is started as this account, with nothing in its environment that is ours
   * alone. Whoever is not root starts it as who they are.
   */
  public ProcessBuilder program(List<String> program) {
    var builder = new ProcessBuilder(running(program));
    CleanEnvironment.clean(builder.environment());
    return builder;
  }

  /**
   * Whether {@code program} ends well as this account; what it prints is thrown away.
   *
   * @throws IOException if it cannot even be started
   */
  public boolean succeeds(String... program) throws IOException, InterruptedException {
    var started = program(List.of(program))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    started.getOutputStream().close();
    return started.waitFor() == 0;
  }

  private List<String> running(List<String> program) {
    // In a session of its own: who can open root's terminal can type on it (TIOCSTI).
    var line = new ArrayList<String>(List.of("setsid"));
    if (own().isRoot()) {
      line.addAll(isRoot() ? AS_NOBODY : asThisAccount());
    }
    line.addAll(program);
    return line;
  }

  /** With the account's other groups too, as a login has them: certificates are kept by group. */
  private List<String> asThisAccount() {
    boolean nameless = NUMBERS.matcher(name).matches();
    return List.of(
        "setpriv",
        "--reuid=" + text(user),
        "--regid=" + text(group),
        nameless ? "--clear-groups" : "--init-groups",
        "--");
  }
}
