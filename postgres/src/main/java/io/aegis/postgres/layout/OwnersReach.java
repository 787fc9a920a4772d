package io.aegis.postgres.layout;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import io.aegis.kernel.Failure;
import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the account that owns a data directory can read. A backup holds nothing else: that account
 * can plant links to anything, and gets back what was captured. Whoever runs as that account is
 * held to it by the kernel; anybody else has to ask.
 */
public final class OwnersReach {
  private final Account owner;

  /** What the account can read although owner, group and bits do not say so. */
  private final Set<Rights> asked = ConcurrentHashMap.newKeySet();

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
    var owner = Account.ownerOf(dataDirectory);
    return new OwnersReach(isOurs(owner) ? owner : withOwnGroup(owner));
  }

  /**
   * The directory's group is not the account's: {@code chown postgres:root}, or {@code chgrp
   * backup}, which lets others read it.
   */
  private static Account withOwnGroup(Account owner) {
    try {
      var known = Account.named(owner.name()); // nameless it keeps its numbers
      return known.user() == owner.user() ? known : owner;
    } catch (Failure.Refused e) {
      return owner; // no list of accounts answers: there is no better guess
    }
  }

  /** As messages name that account. */
  String owner() {
    return owner.name();
  }

  private boolean isOurs() {
    return isOurs(owner);
  }

  private static boolean isOurs(Account owner) {
    return Account.own().user() == owner.user();
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
      if (!Rights.of(above).allow(owner, Rights.ENTERABLE)) {
        return false;
      }
    }
    return Rights.of(real).allowReading(owner);
  }

  private boolean tries(Path real) throws IOException {
    var before = Rights.of(real);
    var place = real.toString();
    boolean answer = Files.isDirectory(real, NOFOLLOW_LINKS)
        ? succeeds("test", "-r", place, "-a", "-x", place)
        : succeeds("test", "-r", place);
    boolean ofThisOne = answer && Rights.of(real).equals(before);
    if (ofThisOne && !before.allowReading(owner)) {
      asked.add(before);
    }
    return ofThisOne;
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
   * been put there, or on the way there, meanwhile. Where root opens it, it is asked for again: the
   * account may have moved a file there that it could not read.
   */
  public FileChannel open(Path real) throws IOException {
    if (isOurs() || !Account.own().isRoot()) {
      return FileChannel.open(real, Set.of(READ, NOFOLLOW_LINKS));
    }
    var opened = Descent.open(real);
    try {
      requireAdmitted(real, opened.rights());
      return opened.channel();
    } catch (IOException e) {
      opened.channel().close();
      throw e;
    }
  }

  private void requireAdmitted(Path real, Rights opened) throws IOException {
    if (!admits(real, opened)) {
      throw new FileSystemException(
          real.toString(), null, "what is in its place now cannot be read by " + owner.name());
    }
  }

  private boolean admits(Path real, Rights opened) throws IOException {
    return opened.allowReading(owner)
        || asked.contains(opened)
        || canAsk() && tries(real) && asked.contains(opened);
  }
}
