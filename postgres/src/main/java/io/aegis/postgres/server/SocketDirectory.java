package io.aegis.postgres.server;

import static io.aegis.postgres.PostgresCode.SOCKET_DIRECTORY_UNSAFE;

import io.aegis.kernel.Digest;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.account.HeldDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A directory that only the server's account can enter, for the socket of one fenced server.
 * Whoever can enter it is let in as any role, and nobody else reaches the server at all.
 *
 * @param path short, because a socket's whole name may not exceed 107 bytes (unix(7))
 */
public record SocketDirectory(Path path) {

  /** The one for {@code data}: always the same, so that a later process finds the server again. */
  public static SocketDirectory of(Path data, Path parent) {
    String name = Digest.of(data.toAbsolutePath().normalize().toString()).hex().substring(0, 16);
    return new SocketDirectory(parent.resolve("aegis-" + name));
  }

  /**
   * Makes it, or proves that what stands there is nobody else's.
   *
   * @param server the account that the server runs as
   * @throws Refused if a third one owns it
   */
  public void prepare(Account server) {
    try {
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      try {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(ownerOnly));
      } catch (FileAlreadyExistsException e) {
        requireOurs(server);
        try (var ours = enter()) {
          ours.allow(ownerOnly);
        }
      }
      if (Account.own().isRoot()) {
        server.take(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the socket directory " + path, e);
    }
  }

  /** Through no link: in a directory that others share, its owner can put one in its place. */
  private HeldDirectory enter() throws IOException {
    try (var shared = HeldDirectory.of(path.resolveSibling(""))) {
      return shared.enter(String.valueOf(path.getFileName()));
    }
  }

  private void requireOurs(Account server) {
    var owner = Account.ownerOf(path);
    boolean known =
        owner.user() == server.user() || owner.user() == Account.own().user();
    if (!known || !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new Refused(
          Report.of(SOCKET_DIRECTORY_UNSAFE, "the socket directory " + path + " is not ours")
              .why("it belongs to " + owner.name())
              .next("remove " + path + " and try again"));
    }
  }

  /** Removes it with what a killed server left in it. */
  public void remove() {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var ours = enter()) {
      for (String entry : ours.names()) {
        ours.delete(entry);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the socket directory " + path, e);
    }
  }
}
