package io.aegis.postgres.layout;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Who owns a file, and what is allowed to whom.
 *
 * @param key which file it is, whatever it is called
 */
record Rights(int user, int group, int mode, Object key) {
  static final int ENTERABLE = 1;
  private static final int READABLE = 4;
  private static final int DIRECTORY = 0040000;
  private static final int KIND = 0170000;

  static Rights of(Path real) throws IOException {
    var read = Files.readAttributes(real, "unix:uid,gid,mode,fileKey", NOFOLLOW_LINKS);
    return new Rights(
        number(read, "uid"),
        number(read, "gid"),
        number(read, "mode"),
        Objects.requireNonNull(read.get("fileKey")));
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
