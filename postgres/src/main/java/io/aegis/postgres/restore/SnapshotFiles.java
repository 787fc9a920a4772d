package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.SNAPSHOT_INCOMPLETE;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.repository.SnapshotReader;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** The few files of a snapshot that a restore knows by name. */
record SnapshotFiles(SnapshotReader snapshot) {
  static final String CONTROL = "global/pg_control";
  static final String SETTINGS = "postgresql.auto.conf";

  /**
   * What this package writes itself instead of taking it as it is; and the map by which PostgreSQL
   * would lead our links back to the source's tablespaces (trap T11; read_tablespace_map in
   * xlogrecovery.c).
   */
  private static final Set<String> OUR_OWN = Set.of(CONTROL, SETTINGS, "tablespace_map");

  /**
   * Directories of Aegis' own: of a restore, which in a snapshot of a restored cluster is of the
   * past; and of files from outside the data directory, which get their places one by one.
   */
  private static final Pattern OUR_DIRECTORY = Pattern.compile("[.]?aegis(?:/.*)?");

  private static final Pattern TABLESPACE = Pattern.compile("pg_tblspc/(\\d+)(?:/.*)?");

  static boolean isCopied(String path) {
    return !OUR_OWN.contains(path) && !OUR_DIRECTORY.matcher(path).matches();
  }

  static OptionalLong tablespaceOf(String path) {
    var matcher = TABLESPACE.matcher(path);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  boolean has(String path) {
    return snapshot.file(path).isPresent();
  }

  /**
   * @throws Damaged if there is no such file
   */
  byte[] bytes(String path) {
    var file = snapshot
        .file(path)
        .orElseThrow(() -> new Damaged(Report.of(
                SNAPSHOT_INCOMPLETE, "the snapshot " + snapshot.summary().id() + " has no " + path)
            .next("aegis points    (choose another recovery point)")));
    try (var content = snapshot.open(file)) {
      var bytes = new byte[Math.toIntExact(file.size())];
      content.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /**
   * @throws Damaged if there is no such file
   */
  String text(String path) {
    return new String(bytes(path), StandardCharsets.UTF_8);
  }

  /** Empty if there is no file of them: PostgreSQL does not need it. */
  String settings() {
    return has(SETTINGS) ? text(SETTINGS) : "";
  }
}
