package io.aegis.postgres.feed;

import io.aegis.postgres.account.HeldDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The directories of a {@link Spool}, held open for as long as it is fed. They are the server's
 * account's, and who feeds may be root: whatever stands under their names later, these are worked
 * in and no other. A file is made where that account cannot put another one in its place, and is
 * given to it before it is moved to where the script looks.
 */
final class SpoolDirectories implements AutoCloseable {
  private static final String WANT = "want";
  private static final String READY = "ready";
  private static final String ABSENT = "absent";
  private static final String COMING = "coming";

  /** Those of the server's account; {@link #COMING} is that of whoever feeds. */
  static final List<String> OF_THE_SERVER = List.of(WANT, READY, ABSENT);

  private final HeldDirectory spool;
  private final Map<String, HeldDirectory> directories = new HashMap<>();

  private SpoolDirectories(HeldDirectory spool) {
    this.spool = spool;
  }

  /**
   * Closes {@code spool} in the end, also when it fails.
   *
   * @throws IOException if one of them is a link, or another account's
   */
  static SpoolDirectories emptied(HeldDirectory spool) throws IOException {
    var all = new SpoolDirectories(spool);
    try {
      all.directories.put(COMING, nursery(spool));
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

  /** A new directory for what is not whole yet, in which its maker alone can do anything. */
  static HeldDirectory nursery(HeldDirectory spool) throws IOException {
    removeNursery(spool);
    return spool.makeOwn(COMING);
  }

  /** Nothing of root's stays where the server's account could not remove it. */
  static void removeNursery(HeldDirectory spool) throws IOException {
    spool.deleteTree(COMING);
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
      removeNursery(spool);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the spool", e);
    }
  }
}
