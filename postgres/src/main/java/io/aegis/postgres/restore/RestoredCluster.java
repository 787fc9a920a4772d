package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.NOT_RESTORED_HERE;
import static io.aegis.postgres.PostgresCode.RESTORE_INTERRUPTED;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.account.HeldDirectory;
import io.aegis.postgres.configuration.Settings;
import io.aegis.postgres.layout.DirectoryScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A directory that was restored into, as it stands: how far it came, and the fence around it. */
public final class RestoredCluster {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  private final Goal goal;
  private final Path target;
  private final Incarnation incarnation;

  /**
   * @param goal of the restore that is asked about; another one's directory is not begun
   */
  public RestoredCluster(Goal goal) {
    this.goal = goal;
    target = goal.target();
    incarnation = goal.incarnation();
  }

  /** How far it came. */
  public enum Stage {
    NOT_BEGUN,
    HALF_COPIED,
    /** Complete, and behind its fence. */
    FENCED,
    OPEN
  }

  /** Whether a recovery of Aegis' made that directory, whichever it was. */
  public static boolean isOurs(Path directory) {
    return Marker.read(directory).isPresent();
  }

  public Stage stage() {
    return Marker.read(target)
        .filter(marker -> marker.incarnation().equals(incarnation))
        .map(marker -> switch (marker.stage()) {
          case FILLING -> Stage.HALF_COPIED;
          case COMPLETE -> Stage.FENCED;
          case OPEN -> Stage.OPEN;
        })
        .orElse(Stage.NOT_BEGUN);
  }

  /**
   * The tablespaces that its replay made, and the restore did not, by number. Where their links
   * lead is the account's to say, and root repeats nothing of it: nothing there is removed.
   */
  public List<String> tablespacesSince() {
    var links = target.resolve("pg_tblspc");
    if (!Files.isDirectory(links, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    var known = goal.tablespaces().keySet().stream().map(String::valueOf).toList();
    var since = new ArrayList<String>();
    try (var entries = Files.newDirectoryStream(links, Files::isSymbolicLink)) {
      for (var link : entries) {
        String name = link.getFileName().toString();
        if (NUMBER.matcher(name).matches() && !known.contains(name)) {
          since.add(name);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.copyOf(since); // what can be told; it keeps nobody from taking the restore back
    }
    return List.copyOf(since);
  }

  /**
   * Sets parameters higher, as the log says the source had them in the meantime; takes effect at
   * the next start.
   *
   * @return whether any of them was lower before
   */
  public boolean raise(Map<String, Integer> parameters) {
    try (var directory = held()) {
      var settings = settings(directory);
      var raised = settings;
      for (var parameter : parameters.entrySet()) {
        var wanted = parameter.getValue().toString();
        if (isLower(settings.values().getOrDefault(parameter.getKey(), "0"), wanted)) {
          raised = raised.with(Map.of(parameter.getKey(), wanted));
        }
      }
      boolean changed = !raised.equals(settings);
      if (changed) {
        write(directory, raised);
      }
      return changed;
    } catch (NoSuchFileException e) {
      throw replaced(target); // since it was opened
    } catch (IOException e) {
      throw new UncheckedIOException("cannot change the settings of " + target, e);
    }
  }

  /**
   * What is in there comes back as settings of the database, so a link that its account planted
   * must not make it somebody else's words.
   */
  private Settings settings(HeldDirectory directory) throws IOException {
    return directory
        .text(SnapshotFiles.SETTINGS)
        .map(Settings::parse)
        .orElseThrow(() -> replaced(target.resolve(SnapshotFiles.SETTINGS)));
  }

  private static void write(HeldDirectory directory, Settings settings) throws IOException {
    directory.replace(SnapshotFiles.SETTINGS, settings.text().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What is read there and what is written is in one directory, whatever takes its place meanwhile:
   * its account may put a link to somebody else's there.
   */
  private HeldDirectory held() throws IOException {
    var directory = HeldDirectory.of(target);
    try {
      marker(directory);
      return directory;
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private Marker marker(HeldDirectory directory) throws IOException {
    return Marker.read(directory)
        .filter(found -> found.incarnation().equals(incarnation))
        .orElseThrow(() -> replaced(Marker.directory(target)));
  }

  private static Refused replaced(Path file) {
    return new Refused(
        Report.of(NOT_RESTORED_HERE, "what lies at " + file + " is not what was restored")
            .why("it is absent, a link, or of another account or recovery than the directory")
            .safe("it was not read, and nothing was changed")
            .next("ls -l " + file + "    (find out who replaced it)", "begin anew: aegis plan"));
  }

  private static boolean isLower(String present, String wanted) {
    return Integer.parseInt(present) < Integer.parseInt(wanted);
  }

  /**
   * Takes the fence down: the cluster gets the configuration it had, except that it archives
   * nothing and waits for no standby. Takes effect at the next start, so the server must be
   * stopped.
   */
  public void open() {
    try (var directory = held()) {
      var marker = marker(directory);
      Possession.of(goal, marker);
      var before = Settings.parse(marker.source());
      write(directory, Fence.lifted(settings(directory), before));
      marker.with(Marker.Stage.OPEN).write(directory);
    } catch (NoSuchFileException e) {
      throw replaced(target); // since it was opened
    } catch (IOException e) {
      throw new UncheckedIOException("cannot take down the fence of " + target, e);
    }
  }

  /**
   * Removes from a cluster that is {@link Stage#OPEN} what only its recovery needed, as far as it
   * is still there.
   *
   * @return whether all of it could be; else a run of root's was killed here, and root has to
   */
  public boolean tidy() {
    try {
      Possession.of(goal, marker()).release();
      removeOurFiles();
      Workbench.removeAll(goal);
      return true;
    } catch (AccessDeniedException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove what the recovery left in " + target, e);
    }
  }

  private Marker marker() {
    return Marker.read(target)
        .orElseThrow(() -> new IllegalStateException(target + " was not restored by Aegis"));
  }

  /**
   * Removes everything that was restored; the directories stay, empty. The caller has made sure
   * that no server runs on it and that none ever took a write.
   *
   * @throws io.aegis.kernel.Failure.Refused if some of it is not that restore's any more; then
   *     nothing is removed
   * @throws Unavailable if something of it cannot be removed; what is left is still marked as ours
   */
  public void discard() {
    try {
      var marker = Marker.read(target)
          .filter(found -> found.incarnation().equals(incarnation))
          .orElseThrow(() -> new IllegalStateException(target + " is not that restore's"));
      Possession.of(goal, marker).clear();
      Files.delete(Marker.directory(target));
    } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
      throw new Unavailable(
          Report.of(RESTORE_INTERRUPTED, "what was restored to " + target + " cannot be removed")
              .why(e.toString())
              .safe("nothing but what this restore had put there was removed")
              .next("see to the disk and its permissions, then remove by hand what is left there"),
          e);
    }
  }

  /** The marker and the log stay: the one says what this directory is, the other what happened. */
  private void removeOurFiles() throws IOException {
    try (var directory = HeldDirectory.of(target);
        var own = directory.enter(Marker.DIRECTORY)) {
      own.delete(String.valueOf(Fence.hbaFile(target).getFileName()));
      own.delete("restore_wal.sh");
      own.deleteTree("spool");
      own.deleteTree(DirectoryScan.RESTORE_MARKER + HeldDirectory.PART);
      directory.deleteTree(SnapshotFiles.SETTINGS + HeldDirectory.PART);
    }
  }
}
