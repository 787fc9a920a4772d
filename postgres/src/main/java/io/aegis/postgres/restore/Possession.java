package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.ACCOUNT_UNUSABLE;
import static io.aegis.postgres.PostgresCode.NOT_RESTORED_HERE;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.account.HeldDirectory;
import io.aegis.postgres.account.Way;
import io.aegis.postgres.layout.DirectoryScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of the places that a marker names is that restore's still. Directories are moved away and
 * others come in their place: a path says where something was, never what lies there now. So the
 * data directory has to lie where it was made, and each tablespace to carry the same mark; of what
 * does not, nothing is removed.
 *
 * <p>The marker belongs to the account of the restored database, and who goes by it may be root:
 * what it says is never a reason to make or to take a directory. That is what a plan is for.
 */
record Possession(Path target, Marker marker) {

  /**
   * Of the restore that {@code goal} is of.
   *
   * @throws Refused if the marker has other tablespaces than the goal
   */
  static Possession of(Goal goal, Marker marker) {
    var possession = new Possession(goal.target(), marker);
    if (!Set.copyOf(marker.tablespaces()).equals(Set.copyOf(goal.tablespaces().values()))) {
      throw new Refused(possession.kept("its marker names other tablespaces than the plan of this"
          + " restore: " + marker.tablespaces() + ", not " + goal.tablespaces().values()));
    }
    return possession;
  }

  /** Why none of it may be cleared away; empty if all of it may. */
  Optional<Report> obstacle() throws IOException {
    var made = marker.place();
    if (made.isPresent() && !made.get().equals(target.toRealPath())) {
      return Optional.of(kept("it was made as " + made.get() + " and has been moved or copied"
          + " since: what its tablespaces were may be another database's by now"));
    }
    return strangers();
  }

  /** A tablespace's directory that holds something which is not this restore's. */
  Optional<Report> strangers() throws IOException {
    if (marker.place().isEmpty()) {
      return Optional.of(
          kept("its marker is of an earlier build of Aegis, which does not say where it was made"));
    }
    for (var tablespace : marker.tablespaces()) {
      if (Marker.OfTablespace.isFree(tablespace)) {
        continue;
      }
      if (!mark().isIn(tablespace)) {
        return Optional.of(kept(tablespace + ", where it had a tablespace, holds something without"
            + " the mark of this restore: " + Marker.OfTablespace.NAME));
      }
      if (!Files.getOwner(tablespace).equals(Files.getOwner(target))) { // of /tmp, it has the mark
        return Optional.of(kept(tablespace + ", where it had a tablespace, belongs to "
            + Files.getOwner(tablespace).getName()));
      }
    }
    return Optional.empty();
  }

  private Report kept(String why) {
    return Report.of(
            NOT_RESTORED_HERE,
            "what lies in " + target + " is neither gone on with nor cleared away")
        .why(why)
        .safe("nothing was made or removed, neither there nor in a tablespace")
        .next(
            "choose another place: aegis plan --into <directory>",
            "if nobody needs it: rm -r " + target + "    (does not follow its links; look into "
                + "each tablespace by itself)");
  }

  /**
   * Marks the tablespaces, before anything else is put there.
   *
   * @throws Refused if one of them holds something of somebody else's
   */
  void takeTablespaces(Account owner) throws IOException {
    refuse(strangers());
    for (var tablespace : marker.tablespaces()) {
      refuseForeign(owner, tablespace);
      DurableFiles.makeDirectoryOf(owner, tablespace);
      if (!mark().isIn(tablespace)) {
        mark().write(tablespace);
      }
    }
  }

  /**
   * A link may stand for a directory of the account's own and for no other: it may have planted it.
   * So may each on the way there that does not lie where root alone can put one.
   *
   * @throws Refused if it leads to somebody else's
   */
  static void refuseForeign(Account owner, Path place) throws IOException {
    if (Files.isSymbolicLink(place) && Files.isDirectory(place)) {
      requireOwn(owner, place, place.toRealPath());
    }
    if (Account.own().isRoot() && !owner.isRoot()) {
      var link = Way.linkOfOthers(place);
      if (link.isPresent()) {
        requireOwn(owner, link.get(), Way.existing(place));
      }
    }
  }

  private static void requireOwn(Account owner, Path link, Path found) {
    var whose = Account.ownerOf(found);
    if (whose.user() != owner.user()) {
      throw new Refused(Report.of(
              ACCOUNT_UNUSABLE, "the restored database cannot be " + owner.name() + "'s and run so")
          .why(link + " is a link that leads to " + found + ", which is " + whose.name() + "'s")
          .safe("nothing was changed there")
          .next("chown " + owner.name() + " " + found + "    (if it shall be used)"));
    }
  }

  /**
   * Removes all that was restored; the marks go last, so that what is half cleared is still ours.
   *
   * @throws Refused if some of it is not this restore's any more; then nothing is removed
   */
  void clear() throws IOException {
    refuse(obstacle());
    var tablespaces = new ArrayList<HeldDirectory>();
    try (var top = HeldDirectory.of(target)) {
      for (var tablespace : marker.tablespaces()) {
        if (Files.isDirectory(tablespace)) {
          tablespaces.add(HeldDirectory.of(tablespace));
        }
      }
      refuse(replaced(top, tablespaces));
      for (var tablespace : tablespaces) {
        if (tablespace.hasOwnerOf(top)) { // what is free may be anybody's, and stays
          DurableFiles.emptyBut(tablespace, Marker.OfTablespace.NAME);
          tablespace.delete(Marker.OfTablespace.NAME);
        }
      }
      DurableFiles.emptyBut(top, Marker.DIRECTORY);
      try (var own = top.enter(Marker.DIRECTORY)) {
        DurableFiles.emptyBut(own, DirectoryScan.RESTORE_MARKER);
        own.delete(DirectoryScan.RESTORE_MARKER);
      }
    } finally {
      HeldDirectory.closeAll(tablespaces);
    }
  }

  /**
   * What was looked at by its path may be another by now, and will be emptied for as long as its
   * account likes: only what is held open stays the same.
   */
  private Optional<Report> replaced(HeldDirectory top, List<HeldDirectory> tablespaces)
      throws IOException {
    var held = Marker.read(top).filter(found -> found.incarnation().equals(marker.incarnation()));
    if (held.isEmpty()) {
      return Optional.of(kept("another directory has taken its place"));
    }
    for (var tablespace : tablespaces) {
      boolean ours = Marker.OfTablespace.isFree(tablespace)
          || tablespace.hasOwnerOf(top) && mark().isIn(tablespace);
      if (!ours) {
        return Optional.of(kept("another directory has taken the place of a tablespace's"));
      }
    }
    return Optional.empty();
  }

  /** The tablespaces are their owner's from now on. */
  void release() throws IOException {
    for (var tablespace : marker.tablespaces()) {
      if (mark().isIn(tablespace)) {
        try (var held = HeldDirectory.of(tablespace)) {
          release(held);
        }
      }
    }
  }

  private void release(HeldDirectory tablespace) throws IOException {
    if (mark().isIn(tablespace)) {
      tablespace.deleteTree(Marker.OfTablespace.NAME + HeldDirectory.PART);
      tablespace.delete(Marker.OfTablespace.NAME);
    }
  }

  private Marker.OfTablespace mark() {
    return new Marker.OfTablespace(marker.incarnation(), marker.place().orElse(target));
  }

  private static void refuse(Optional<Report> report) {
    if (report.isPresent()) {
      throw new Refused(report.get());
    }
  }
}
