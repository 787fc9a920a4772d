package io.aegis.postgres.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aegis.postgres.cluster.ClusterInventory.ConfigurationFile;
import io.aegis.postgres.configuration.ConfigurationText;
import io.aegis.postgres.layout.OwnersReach;
import io.aegis.postgres.snapshot.BackupFacts.OutsideFile;
import io.aegis.repository.Changes;
import io.aegis.repository.FileSpec;
import io.aegis.repository.SnapshotWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Files of the configuration that lie outside the data directory, as Debian puts them (trap T43).
 * Kept in a directory of their own that PostgreSQL does not know: a restore decides what to do with
 * them, since their paths belong to the source's machine.
 */
final class OutsideConfiguration {
  static final String DIRECTORY = ".aegis/configuration";

  private static final String MAIN = "config_file";
  private static final String DATA = "data_directory";

  /** Facts of a snapshot are small (docs/format/postgres-snapshot.md); nobody has so many. */
  private static final int MOST = 150;

  private static final int MOST_ENTRIES = 10_000;

  /** Of all of them together, in bytes: a restore keeps them in memory. */
  private static final int LARGEST = 16 << 20;

  /** Of what they are called, in characters. */
  private static final int LONGEST = 32 << 10;

  private final OwnersReach reach;
  private final Path dataDirectory;
  private final List<String> notices;
  private int listed;
  private long size;
  private int named;

  /**
   * @param reach of the data directory's owner, who can name any file in the settings
   * @param notices receives what could not be captured; no snapshot fails for it
   */
  OutsideConfiguration(OwnersReach reach, Path dataDirectory, List<String> notices) {
    this.reach = reach;
    this.dataDirectory = dataDirectory;
    this.notices = notices;
  }

  /**
   * What the server names, and what those files include: a setting that a session has of its own
   * has no file to the server, and a file that has no other one is not named by it.
   */
  List<OutsideFile> capture(List<ConfigurationFile> files, SnapshotWorker worker) {
    var homes = homes(files);
    var captured = new ArrayList<OutsideFile>();
    homes.forEach(home -> captured.add(OutsideFile.dataDirectory(home)));
    int numbered = 0;
    var all = withIncluded(files);
    if (all.size() > MOST) {
      notices.add(MOST + " files of the configuration were looked at, the others were left out");
    }
    for (var file : all.subList(0, Math.min(all.size(), MOST))) {
      var path = Path.of(file.path()).normalize(); // PostgreSQL 15 leaves ".." in it
      if (!file.setting().equals(DATA) && homes.stream().noneMatch(path::startsWith)) {
        String which = file.setting().isEmpty() ? "" + numbered++ : file.setting();
        String name = DIRECTORY + "/" + which + "-" + path.getFileName();
        if (capture(path, name, worker)) {
          captured.add(new OutsideFile(path.toString(), name));
        }
      }
    }
    return captured;
  }

  /** It is known by the name that the server has for it, and by the one that Aegis was given. */
  private Set<Path> homes(List<ConfigurationFile> files) {
    var homes = new LinkedHashSet<Path>();
    files.stream()
        .filter(file -> file.setting().equals(DATA))
        .forEach(file -> homes.add(Path.of(file.path()).normalize()));
    homes.add(dataDirectory);
    return homes;
  }

  private List<ConfigurationFile> withIncluded(List<ConfigurationFile> files) {
    var all = new ArrayList<>(files);
    var known = new HashSet<Path>();
    var walked = new HashSet<Path>();
    files.forEach(file -> known.add(Path.of(file.path())));
    var unread = new ArrayDeque<>(files.stream()
        .filter(file -> file.setting().equals(MAIN))
        .map(file -> Path.of(file.path()))
        .toList());
    while (!unread.isEmpty() && all.size() <= MOST) {
      for (var path : includedBy(unread.remove())) {
        if (known.add(path)) {
          all.add(new ConfigurationFile("", path.toString()));
        }
        if (walked.add(path)) {
          unread.add(path);
        }
      }
    }
    return all;
  }

  /** Of a file that is not there or cannot be read nothing: who captures it says so. */
  private Set<Path> includedBy(Path file) {
    var found = new LinkedHashSet<Path>();
    try {
      var real = file.toRealPath();
      if (!reach.leadsTo(real) || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        return Set.of();
      }
      var text = new ConfigurationText(new String(read(real), UTF_8));
      var included =
          text.included(file.resolveSibling("")).stream().distinct().limit(MOST).toList();
      for (var each : included) {
        (each.isDirectory() ? filesIn(each.path()) : List.of(each.path()))
            .stream().filter(Files::exists).limit(MOST).forEach(found::add);
      }
    } catch (IOException | UncheckedIOException | InvalidPathException e) {
      notices.add("what " + file + " includes was not looked at to its end: " + e);
    }
    return found;
  }

  /** As PostgreSQL takes them: GetConfFilesInDir in src/backend/utils/misc/conffiles.c. */
  private List<Path> filesIn(Path directory) throws IOException {
    if (!Files.isDirectory(directory)
        || listed++ > MOST
        || !reach.leadsTo(directory.toRealPath())) {
      return List.of();
    }
    try (var entries = Files.list(directory)) {
      return entries
          .limit(MOST_ENTRIES)
          .filter(file -> file.toString().endsWith(".conf"))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private boolean capture(Path path, String name, SnapshotWorker worker) {
    try {
      var real = path.toRealPath();
      if (!reach.leadsTo(real) || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        notices.add(path + " is no file that the server can read and was left out");
        return false;
      }
      var bytes = read(real);
      size += bytes.length;
      named += path.toString().length() + name.length();
      if (size > LARGEST || named > LONGEST) {
        notices.add(path + " was left out: so large is no configuration, with the files before it");
        return false;
      }
      var modified = Files.getLastModifiedTime(real, LinkOption.NOFOLLOW_LINKS).toInstant();
      var spec = new FileSpec(name, new FileSpec.Kind.File(bytes.length), 0600, modified);
      worker.capture(spec, new Bytes(bytes), new Changes.Unknown());
      return true;
    } catch (IOException e) {
      notices.add(path + " cannot be read and was left out: " + e);
      return false;
    }
  }

  private byte[] read(Path real) throws IOException {
    try (var file = reach.open(real);
        var content = Channels.newInputStream(file)) {
      var bytes = content.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new IOException("it is larger than any configuration: " + real);
      }
      return bytes;
    }
  }
}
