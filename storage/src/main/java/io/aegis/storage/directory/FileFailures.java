package io.aegis.storage.directory;

import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.storage.Location;
import io.aegis.storage.StorageCode;
import io.aegis.storage.failure.StoreFailures;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a file system's complaint means for the person who has to act on it. Java hands on the error
 * number only as the operating system's English sentence (strerror(3)).
 */
final class FileFailures {
  private final Location location;
  private final Path root;

  FileFailures(Location location, Path root) {
    this.location = location;
    this.root = root;
  }

  Failure explain(String action, IOException e) {
    var what = action + " in " + location + " failed";
    if (e instanceof ClosedByInterruptException || e instanceof FileLockInterruptionException) {
      return StoreFailures.interrupted(location, action, e);
    }
    if (isShortage(e)) {
      return full(what, e);
    }
    if (isLinked(e)) {
      return linked(what, e);
    }
    if (reasonOf(e).contains("Read-only file system")) {
      return readOnly(what, e);
    }
    if (isDenied(e)) {
      return denied(what, e);
    }
    return new Failure.Unavailable(
        Report.of(StorageCode.STORE_FAILING, what)
            .why(String.valueOf(e.getMessage()))
            .safe("objects stored before are as they were; a new one is there wholly or not at all")
            .next("look at the disk's health (dmesg, smartctl)", "repeat the command"),
        e);
  }

  /** ENOSPC or EDQUOT. */
  static boolean isShortage(IOException e) {
    var reason = reasonOf(e);
    return reason.contains("No space left") || reason.contains("quota exceeded");
  }

  private static boolean isDenied(IOException e) {
    var reason = reasonOf(e);
    return e instanceof AccessDeniedException || reason.contains("Operation not permitted");
  }

  /** ELOOP, if somebody is quicker than we look. */
  private static boolean isLinked(IOException e) {
    var reason = reasonOf(e);
    return reason.equals(Descent.LINKED) || reason.contains("Too many levels of symbolic links");
  }

  private static String reasonOf(IOException e) {
    var reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return Objects.requireNonNullElse(reason, "");
  }

  private Failure full(String what, IOException e) {
    return new Failure.Unavailable(Report.of(StorageCode.STORE_FULL, what)
        .why(reasonOf(e) + freeSpace())
        .safe("everything stored before is intact; nothing half-written is left behind")
        .next(
            "make room on the file system of " + root + " or enlarge it (never by deleting in "
                + root + " itself), then repeat the command",
            "df -h " + root));
  }

  private String freeSpace() {
    try {
      return "; free: " + new ByteSize(Files.getFileStore(root).getUsableSpace());
    } catch (IOException e) {
      return ""; // only an ornament of the message
    }
  }

  /** EROFS: a disk or a server of files that had errors; it is written to again once it is well. */
  private Failure readOnly(String what, IOException e) {
    return new Failure.Unavailable(
        Report.of(StorageCode.STORE_READ_ONLY, what)
            .why(reasonOf(e) + ": " + e.getMessage())
            .safe("everything stored before is intact; nothing half-written is left behind")
            .next(
                "see why it became read-only (dmesg), then: mount -o remount,rw <its file system>",
                "findmnt -T " + root),
        e);
  }

  private Failure linked(String what, IOException e) {
    return new Failure.Refused(
        Report.of(StorageCode.STORE_REJECTS, what)
            .why(
                e instanceof FileSystemException f
                    ? Descent.LINKED + ": " + f.getFile()
                    : Descent.LINKED)
            .safe("the link was not followed; what it leads to is as it was")
            .next(
                "find " + root + " -type l -ls    (whose are they, and where do they lead?)",
                "to spread a repository over disks, mount them there instead: mount --bind"),
        e);
  }

  private Failure denied(String what, IOException e) {
    var why = reasonOf(e).isEmpty() ? "permission denied" : reasonOf(e);
    return new Failure.Refused(Report.of(StorageCode.ACCESS_DENIED, what)
        .why(why + ": " + e.getMessage())
        .next(
            "run Aegis as the owner of " + root + ", or give it the directory: chown -R",
            "namei -l " + root));
  }
}
