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
 * in and no other.
 */
final class SpoolDirectories implements AutoCloseable {
  private static final String WANT = "want";
  private static final String READY = "ready";
  private static final String ABSENT = "absent";
  private static final String COMING = "coming";
  static final List<String> NAMES = List.of(WANT, READY, ABSENT, COMING);

  private final Map<String, HeldDirectory> directories = new HashMap<>();

  private SpoolDirectories() {}

  /**
   * @throws IOException if one of them is a link, or another account's
   */
  static SpoolDirectories emptied(HeldDirectory spool) throws IOException {
    var all = new SpoolDirectories();
    try {
      for (String name : NAMES) {
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
    return Channels.newOutputStream(in(COMING).create(name.value()));
  }

  long sizeOfComing(WalFileName name) throws IOException {
    return in(COMING).size(name.value());
  }

  void deliver(WalFileName name) throws IOException {
    in(COMING).move(name.value(), in(READY), name.value());
  }

  void markAbsent(WalFileName name) throws IOException {
    in(COMING).delete(name.value());
    if (!in(ABSENT).has(name.value())) {
      in(ABSENT).create(name.value()).close();
    }
  }

  @Override
  public void close() {
    try {
      HeldDirectory.closeAll(directories.values());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the spool", e);
    }
  }
}
