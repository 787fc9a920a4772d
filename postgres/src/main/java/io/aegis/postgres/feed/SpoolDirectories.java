package io.aegis.postgres.feed;

import io.aegis.postgres.account.HeldDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The directories of a {@link Spool}, held open for as long as it is fed. They are the server's
 * account's, and who feeds may be root: whatever stands under their names later, these are worked
 * in and no other. A file is made where that account cannot put another one in its place, and is
 * given to it before it is moved to where the script looks.
 *
 * <p>That nursery is each feeder's own, by its name: whoever was frozen, and does not know that
 * another one feeds by now, takes nothing away from it.
 */
final class SpoolDirectories implements AutoCloseable {
  private static final String WANT = "want";
  private static final String READY = "ready";
  private static final String ABSENT = "absent";
  private static final String COMING = "coming";

  /** Sorts before every feeder's, so that the next one of these removes what was left of it. */
  private static final String INSTALLING = COMING + "-0";

  /** Those of the server's account; {@link #COMING} is that of whoever feeds. */
  static final List<String> OF_THE_SERVER = List.of(WANT, READY, ABSENT);

  private final HeldDirectory spool;
  private final String nursery;
  private final Map<String, HeldDirectory> directories = new HashMap<>();

  private SpoolDirectories(HeldDirectory spool, String nursery) {
    this.spool = spool;
    this.nursery = nursery;
  }

  /**
   * Closes {@code spool} in the end, also when it fails.
   *
   * @param now tells feeders apart, and which one is the later
   * @throws IOException if one of them is a link, or another account's
   */
  static SpoolDirectories emptied(HeldDirectory spool, Instant now) throws IOException {
    String own = COMING + "-" + now.getEpochSecond() + "-" + (1_000_000_000 + now.getNano());
    var all = new SpoolDirectories(spool, own);
    try {
      all.directories.put(COMING, spool.makeOwn(own));
      removeEarlier(spool, own);
      for (String name : OF_THE_SERVER) {
        var directory = spool.enterOwn(name);
        all.directories.put(name, directory);
        for (String left : directory.names()) {
          directory.delete(left);
        }
      }
      return all;
    } catch (IOException e) {
      all.close();
      throw e;
    }
  }

  /** Those of feeders that were killed, or are replaced by this one. */
  private static void removeEarlier(HeldDirectory spool, String own) throws IOException {
    for (String name : spool.names()) {
      if (name.startsWith(COMING) && name.compareTo(own) < 0) {
        removeIfPossible(spool, name);
      }
    }
  }

  private static void removeIfPossible(HeldDirectory spool, String name) throws IOException {
    try {
      spool.deleteTree(name);
    } catch (AccessDeniedException | DirectoryNotEmptyException e) {
      return; // root's, which the end of the recovery names; or somebody still works in it
    }
  }

  /** Puts a file into {@code to} that nobody else could exchange while it was being made. */
  static void install(HeldDirectory spool, HeldDirectory to, String name, byte[] content)
      throws IOException {
    spool.deleteTree(INSTALLING);
    try (var nursery = spool.makeOwn(INSTALLING)) {
      try (var out = Channels.newOutputStream(nursery.createOwn(name))) {
        out.write(content);
      }
      nursery.finish(name, PosixFilePermissions.fromString("rw-r--r--"), to);
      nursery.move(name, to, name);
    }
    spool.deleteTree(INSTALLING);
  }

  private HeldDirectory in(String name) {
    var directory = directories.get(name);
    if (directory == null) {
      throw new IllegalStateException("the spool is closed");
    }
    return directory;
  }

  /** What was asked for since the last call. */
  List<WalFileName> takeWanted() throws IOException {
    var wanted = new ArrayList<WalFileName>();
    for (String name : in(WANT).names()) {
      WalFileName.parse(name).ifPresent(wanted::add);
      in(WANT).delete(name);
    }
    return wanted;
  }

  boolean isAnswered(WalFileName name) throws IOException {
    return in(READY).has(name.value()) || in(ABSENT).has(name.value());
  }

  /** Writes what is not seen until {@link #deliver}; PostgreSQL writes over it when it is done. */
  OutputStream coming(WalFileName name) throws IOException {
    in(COMING).delete(name.value());
    return Channels.newOutputStream(in(COMING).createOwn(name.value()));
  }

  long sizeOfComing(WalFileName name) throws IOException {
    return in(COMING).size(name.value());
  }

  void deliver(WalFileName name) throws IOException {
    hand(name, in(READY));
  }

  void markAbsent(WalFileName name) throws IOException {
    in(COMING).delete(name.value());
    in(COMING).createOwn(name.value()).close();
    hand(name, in(ABSENT));
  }

  private void hand(WalFileName name, HeldDirectory to) throws IOException {
    in(COMING).give(name.value(), to);
    in(COMING).move(name.value(), to, name.value());
  }

  @Override
  public void close() {
    try (spool) {
      HeldDirectory.closeAll(directories.values());
      spool.deleteTree(nursery); // of root's, nothing stays that the account could not remove
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the spool", e);
    }
  }
}
