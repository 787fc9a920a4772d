package io.aegis.postgres.layout;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One segment of one fork of a relation, as its path names it (trap T10).
 *
 * @param tablespace its OID; {@link #GLOBAL} and {@link #DEFAULT} have directories of their own
 * @param database its OID; 0 for relations that all databases share
 * @param number the relation's file number, 32 bits
 * @param segment 0, 1, 2 …
 */
public record RelationFile(long tablespace, long database, long number, Fork fork, long segment) {
  public static final long DEFAULT = 1663;
  public static final long GLOBAL = 1664;

  private static final Pattern DIRECTORY =
      Pattern.compile("global|base/(?<db>\\d+)|pg_tblspc/(?<spc>\\d+)/PG_[^/]+/(?<spcdb>\\d+)");
  private static final Pattern NAME =
      Pattern.compile("(?<number>\\d{1,10})(?:_(?<fork>fsm|vm|init))?(?:\\.(?<segment>\\d{1,9}))?");

  /** The parallel files of a relation. */
  public enum Fork {
    MAIN,
    FSM,
    VM,
    INIT
  }

  /**
   * @param path relative to the data directory
   * @return empty if the path is not that of a relation
   */
  public static Optional<RelationFile> parse(String path) {
    int slash = path.lastIndexOf('/');
    if (slash < 0 || slash + 1 == path.length() || !Character.isDigit(path.charAt(slash + 1))) {
      return Optional.empty();
    }
    var directory = DIRECTORY.matcher(path.substring(0, slash));
    var name = NAME.matcher(path.substring(slash + 1));
    if (!directory.matches() || !name.matches()) {
      return Optional.empty();
    }
    return Optional.of(of(directory, name));
  }

  private static RelationFile of(Matcher directory, Matcher name) {
    long number = Long.parseLong(name.group("number"));
    var fork = forkOf(name);
    long segment = name.group("segment") == null ? 0 : Long.parseLong(name.group("segment"));
    if (directory.group("spc") != null) {
      long tablespace = Long.parseLong(directory.group("spc"));
      long database = Long.parseLong(directory.group("spcdb"));
      return new RelationFile(tablespace, database, number, fork, segment);
    }
    if (directory.group("db") != null) {
      long database = Long.parseLong(directory.group("db"));
      return new RelationFile(DEFAULT, database, number, fork, segment);
    }
    return new RelationFile(GLOBAL, 0, number, fork, segment);
  }

  private static Fork forkOf(Matcher name) {
    String fork = name.group("fork");
    return fork == null ? Fork.MAIN : Fork.valueOf(fork.toUpperCase(Locale.ROOT));
  }
}
