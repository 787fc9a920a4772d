package io.aegis.postgres.layout;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What the account that owns a data directory can read. A backup holds nothing else: that account
 * can plant links to anything, and gets back what was captured. Whoever runs as that account is
 * held to it by the kernel; anybody else has to ask.
 */
public final class OwnersReach {
  private static final int DIRECTORY = 0040000;
  private static final int KIND = 0170000;
  private static final int READABLE = 4;
  private static final int ENTERABLE = 1;

  private final Account owner;

  /** Looked at when something first has to be asked. */
  private Asking asking = Asking.NOT_TRIED;

  /** Whether anything runs as the owner here. */
  private enum Asking {
    NOT_TRIED,
    WORKS,
    /** No setpriv, or one that knows no ids; no right to change them; no list of accounts. */
    IMPOSSIBLE
  }

  OwnersReach(Account owner) {
    this.owner = owner;
  }

  /**
   * @param dataDirectory its real path
   */
  public static OwnersReach of(Path dataDirectory) {
    return new OwnersReach(Account.ownerOf(dataDirectory));
  }

  /** As messages name that account. */
  String owner() {
    return owner.name();
  }

  private boolean isOurs() {
    return Account.own().user() == owner.user();
  }

  /** Who owns a file, and what is allowed to whom. */
  private record Rights(int user, int group, int mode) {
    static Rights of(Path real) throws IOException {
      var read = Files.readAttributes(real, "unix:uid,gid,mode", NOFOLLOW_LINKS);
      return new Rights(number(read, "uid"), number(read, "gid"), number(read, "mode"));
    }

    private static int number(Map<String, Object> read, String attribute) {
      return (Integer) Objects.requireNonNull(read.get(attribute));
    }

    boolean allow(Account account, int wish) {
      int ofWhom = group == account.group() ? mode >> 3 : mode;
      return user == account.user() || (ofWhom & wish) == wish;
    }

    boolean allowReading(Account account) {
      boolean directory = (mode & KIND) == DIRECTORY;
      return allow(account, directory ? READABLE | ENTERABLE : READABLE);
    }
  }

  /**
   * Whether {@code real} is in reach, wherever it is: what lies above it may deny it.
   *
   * @param real without a link in it
   */
  public boolean leadsTo(Path real) throws IOException {
    if (isOurs()) {
      return true;
    }
    return canAsk() ? tries(real) : seemsOpen(real);
  }

  /** The same for an entry of a directory that is in reach, or of the data directory. */
  boolean includes(Path real) throws IOException {
    return isOurs() || Rights.of(real).allowReading(owner) || canAsk() && tries(real);
  }

  /** What to know about answers that rest on owner, group and bits alone, though root asked. */
  synchronized Optional<String> notice() {
    return asking == Asking.IMPOSSIBLE
        ? Optional.of("nothing can be run as " + owner.name() + " here (setpriv): what that account"
            + " can read was judged by owner, group and bits, and not by its other groups")
        : Optional.empty();
  }

  /** Once: a "no" of what cannot run at all says nothing about any file. */
  private synchronized boolean canAsk() throws IOException {
    if (asking == Asking.NOT_TRIED && Account.own().isRoot()) {
      asking = isStartable() ? Asking.WORKS : Asking.IMPOSSIBLE;
    }
    return asking == Asking.WORKS;
  }

  private boolean isStartable() throws InterruptedIOException {
    try {
      return succeeds("test", "-d", "/");
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return false; // there is no setpriv on this machine
    }
  }

  /** By the bits, for who cannot become the account and try. */
  private boolean seemsOpen(Path real) throws IOException {
    for (var above = real.getParent(); above != null; above = above.getParent()) {
      if (!Rights.of(above).allow(owner, ENTERABLE)) {
        return false;
      }
    }
    return Rights.of(real).allowReading(owner);
  }

  private boolean tries(Path real) throws IOException {
    var place = real.toString();
    return Files.isDirectory(real, NOFOLLOW_LINKS)
        ? succeeds("test", "-r", place, "-a", "-x", place)
        : succeeds("test", "-r", place);
  }

  private boolean succeeds(String... program) throws IOException {
    try {
      return owner.succeeds(program);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("while asking what " + owner.name() + " can read");
    }
  }

  /**
   * Opens a file for reading that is where {@code real} says, and not where a link leads that has
   * been put there, or on the way there, meanwhile.
   */
  public FileChannel open(Path real) throws IOException {
    return !isOurs() && Account.own().isRoot()
        ? Descent.open(real)
        : FileChannel.open(real, Set.of(READ, NOFOLLOW_LINKS));
  }
}
