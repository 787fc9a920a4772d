package io.aegis.postgres.layout;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.PostgresCode;
import io.aegis.repository.FileSpec;
import io.aegis.repository.FileSpec.Kind;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists a data directory that a server is changing meanwhile. What vanishes while it is being
 * listed was dropped, and the log knows (trap T12). Links are looked through, since a recovered
 * cluster cannot rely on what they pointed to, and reported (trap T13); but only as far as the
 * directory's owner can read what is there.
 */
public final class DirectoryScan {
  /** In the directory {@code aegis}, of a cluster that was restored. */
  public static final String RESTORE_MARKER = "restore.json";

  private static final String TABLESPACES = "pg_tblspc";

  /** What a restore makes, and what a snapshot makes of files from elsewhere. */
  private static final Set<String> RESERVED = Set.of("aegis", ".aegis");

  private final Path root;
  private final TablespaceScan tablespaces;
  private final OwnersReach reach;
  private final UserPrincipal owner;
  private final List<FileSpec> entries = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private final Set<Path> followed = new HashSet<>();
  private final Map<String, Path> links = new HashMap<>();

  private DirectoryScan(Path root, TablespaceScan tablespaces) throws IOException {
    this.root = root;
    this.tablespaces = tablespaces;
    this.reach = OwnersReach.of(root);
    this.owner = attributes(root).owner();
  }

  /**
   * @param root the data directory
   * @param versionDirectory what tablespaces call the directory of this server's version: {@code
   *     PG_17_202406281}
   * @throws Failure.Refused if something cannot be read, or a tablespace is not where it must be
   */
  public static Listing list(Path root, String versionDirectory) {
    try {
      var real = root.toRealPath();
      var tablespaces = TablespaceScan.of(real, versionDirectory);
      var scan = new DirectoryScan(real, tablespaces);
      scan.directory(scan.root, "");
      scan.tablespaces();
      scan.reach.notice().ifPresent(scan.notices::add);
      scan.entries.sort(Comparator.comparing(FileSpec::path));
      var places = new Places(real, scan.links, scan.reach);
      return new Listing(scan.entries, tablespaces.found(), places, scan.notices);
    } catch (IOException e) {
      throw unreadable(root, e);
    }
  }

  /** The tablespaces alone, as they are now. */
  public static List<Tablespace> tablespaces(Path root, String versionDirectory) {
    try {
      return TablespaceScan.of(root.toRealPath(), versionDirectory).found();
    } catch (IOException e) {
      throw unreadable(root, e);
    }
  }

  private void tablespaces() throws IOException {
    for (var tablespace : tablespaces.found()) {
      String path = TABLESPACES + "/" + tablespace.oid();
      var home = root.resolve(path).toRealPath();
      if (!reach.leadsTo(home)) {
        passOver(path, "leads to " + home + beyond());
      }
      links.put(path, home);
      add(path, new Kind.Directory(), attributes(home));
      var inside = home.resolve(tablespaces.versionDirectory());
      if (Files.isDirectory(inside)) {
        entry(inside, path + "/" + tablespaces.versionDirectory());
      }
    }
  }

  private void directory(Path directory, String prefix) throws IOException {
    if (Exclusions.empties(prefix)) {
      return;
    }
    var names = namesIn(directory);
    var unlogged = Exclusions.isDatabaseDirectory(prefix)
        ? UnloggedRelations.among(names)
        : UnloggedRelations.NONE;
    for (var name : names) {
      String path = prefix.isEmpty() ? name : prefix + "/" + name;
      if (RESERVED.contains(path)) {
        leaveOut(directory.resolve(name), path);
      } else if (!Exclusions.drops(path) && !unlogged.drops(name) && !prefix.equals(TABLESPACES)) {
        entry(directory.resolve(name), path);
      }
    }
  }

  /** Where this cluster was restored by Aegis, what is left of that is of the past. */
  private void leaveOut(Path at, String path) {
    if (!Files.exists(at.resolve(RESTORE_MARKER))) {
      notices.add(path + " is a name that Aegis keeps for itself and was left out");
    }
  }

  private void entry(Path at, String path) throws IOException {
    try {
      var attributes = attributes(at);
      if (attributes.isSymbolicLink()) {
        link(at, path);
      } else if (!reach.includes(at)) {
        passOver(path, "is there" + beyond());
      } else if (attributes.isDirectory()) {
        if (path.startsWith(TABLESPACES) || !tablespaces.isHomeOfOne(at)) {
          add(path, new Kind.Directory(), attributes);
          directory(at, path);
        }
      } else if (attributes.isRegularFile()) {
        add(path, new Kind.File(attributes.size()), attributes);
      } else {
        notices.add(path + " is neither file nor directory and was left out");
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Dropped since its directory was read; the log says so too.
    }
  }

  private void link(Path at, String path) throws IOException {
    Path target;
    try {
      target = at.toRealPath();
    } catch (NoSuchFileException e) {
      notices.add(path + " is a link to nowhere and was left out");
      return;
    }
    if (!reach.leadsTo(target)) {
      passOver(path, "is a link to " + target + beyond());
      return;
    }
    boolean directory = Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS);
    if (directory && (root.startsWith(target) || !followed.add(target))) {
      notices.add(path + " is a link to " + target + ", captured elsewhere, and was left out");
      return;
    }
    notices.add(path + " is a link to " + target + "; its content was captured in its place");
    links.put(path, target);
    entry(target, path);
  }

  private String beyond() {
    return ", but cannot be read by " + reach.owner();
  }

  /** What the server cannot read it does not need, or it is in need of help. */
  private void passOver(String path, String what) {
    if (Exclusions.spares(path)) {
      notices.add(path + " " + what + ", and was left out");
      return;
    }
    throw new Failure.Refused(Report.of(
            PostgresCode.LAYOUT_UNSUPPORTED, "cannot back up " + root.resolve(path))
        .why("it " + what + ", whose the data directory is")
        .safe("earlier snapshots are untouched")
        .next(
            "namei -l " + root.resolve(path),
            "let " + reach.owner() + " read it if it is the database's, and keep it until then"));
  }

  private void add(String path, Kind kind, PosixFileAttributes attributes) {
    var modified = attributes.lastModifiedTime().toInstant();
    int mode = mode(attributes);
    boolean becomesTheOwners = kind instanceof Kind.File && !attributes.owner().equals(owner);
    entries.add(new FileSpec(path, kind, becomesTheOwners ? asTheOwners(mode) : mode, modified));
  }

  /**
   * Everything comes back as the owner's, also what is another account's here, as root's private
   * key that the server's group may read; of its own ones PostgreSQL takes none that anybody else
   * can read. What the owner may do by group or as one of all it may then do by itself.
   */
  private static int asTheOwners(int mode) {
    return (mode | mode << 3 | mode << 6) & 0700;
  }

  private static PosixFileAttributes attributes(Path at) throws IOException {
    return Files.readAttributes(at, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static List<String> namesIn(Path directory) throws IOException {
    var names = new ArrayList<String>();
    try (var stream = Files.newDirectoryStream(directory)) {
      for (var entry : stream) {
        names.add(nameOf(entry));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** A name that is no text here would lead to another file, or to none: never in silence. */
  private static String nameOf(Path entry) {
    var name = String.valueOf(entry.getFileName());
    try {
      if (entry.resolveSibling(name).equals(entry)) {
        return name;
      }
    } catch (InvalidPathException e) {
      // As below: it cannot even be written down again.
    }
    String shown = entry.toUri().getRawPath();
    throw new Failure.Refused(Report.of(PostgresCode.NAME_UNREADABLE, "cannot back up " + shown)
        .why("its name (%F6 is the byte 0xF6) is no text in UTF-8, or Aegis runs in a locale"
            + " that is not UTF-8; PostgreSQL itself makes no such names")
        .next(
            "rename it or move it out of the data directory: ls -b shows what is there",
            "if it is UTF-8: start Aegis with LC_ALL=C.UTF-8"));
  }

  private static int mode(PosixFileAttributes attributes) {
    String letters = PosixFilePermissions.toString(attributes.permissions());
    int mode = 0;
    for (int i = 0; i < letters.length(); i++) {
      mode = mode << 1 | (letters.charAt(i) == '-' ? 0 : 1);
    }
    return mode;
  }

  private static Failure.Refused unreadable(Path root, IOException e) {
    return new Failure.Refused(
        Report.of(PostgresCode.DATA_DIRECTORY_UNREADABLE, "cannot list " + root)
            .why(String.valueOf(e))
            .next("run Aegis on the server's machine, as the owner of that directory or as root"),
        e);
  }
}
