package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.LIVE_DIRECTORY;
import static io.aegis.postgres.PostgresCode.TARGET_NOT_EMPTY;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.restore.Marker.Stage;
import io.aegis.postgres.server.Postmaster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The place that is restored into: what stands there, and taking possession of it (trap T40). Only
 * what carries a marker of ours is ever cleared.
 */
final class TargetDirectory {
  /** What a setting in a file cannot hold (src/backend/utils/misc/guc-file.l). */
  private static final Pattern UNTOLD = Pattern.compile("[\\\\\\p{Cntrl}]");

  private final Goal goal;

  TargetDirectory(Goal goal) {
    this.goal = goal;
  }

  /** What stands there. */
  sealed interface State {
    /** Nothing, or an empty directory. */
    record Free() implements State {}

    /** A half-done restore of another time, to be cleared away. */
    record Abandoned(Marker marker) implements State {}

    /** This very restore, as far as it came. */
    record Own(Marker marker) implements State {}

    /** Something that must not be touched. */
    record Taken(Report report) implements State {}
  }

  State look() {
    try {
      var target = goal.target();
      if (Files.isDirectory(target) && Postmaster.of(target).isPresent()) {
        return Marker.read(target)
            .filter(marker -> marker.incarnation().equals(goal.incarnation()))
            .<State>map(State.Own::new)
            .orElseGet(() -> new State.Taken(live()));
      }
      var marker = Marker.read(target);
      if (marker.isEmpty()) {
        return lookAtUnmarked();
      }
      return lookAtMarked(marker.get());
    } catch (IOException | UncheckedIOException | Unavailable e) {
      return new State.Taken(closed(e));
    }
  }

  private State lookAtMarked(Marker marker) throws IOException {
    boolean own = marker.incarnation().equals(goal.incarnation());
    if (marker.stage() != Stage.FILLING) {
      return own
          ? new State.Own(marker)
          : new State.Taken(
              notEmpty(goal.target(), "it holds a database that was restored earlier"));
    }
    return own ? lookAtOwn(marker) : lookAtAbandoned(marker);
  }

  private State lookAtOwn(Marker marker) throws IOException {
    try {
      return state(Possession.of(goal, marker).strangers(), new State.Own(marker));
    } catch (Refused e) {
      return new State.Taken(e.report());
    }
  }

  private State lookAtAbandoned(Marker marker) throws IOException {
    var abandoned = new State.Abandoned(marker);
    if (!Account.own().isRoot() || goal.owner().isRoot()) {
      return state(new Possession(goal.target(), marker).obstacle(), abandoned);
    }
    try { // the marker may be of that account's own words: it does not say what root clears away
      return state(Possession.of(goal, marker).obstacle(), abandoned);
    } catch (Refused e) {
      return new State.Taken(e.report());
    }
  }

  private static State state(Optional<Report> obstacle, State otherwise) {
    return obstacle.<State>map(State.Taken::new).orElse(otherwise);
  }

  private State lookAtUnmarked() throws IOException {
    if (UNTOLD.matcher(goal.target().toString()).find()) {
      return new State.Taken(notEmpty(
          goal.target(),
          "Aegis cannot write its path into a setting: there is a backslash or a control character"
              + " in it"));
    }
    for (var place : goal.places()) {
      if (Files.exists(place) && !Files.isDirectory(place)) {
        return new State.Taken(notEmpty(place, "it is no directory"));
      }
      if (!DurableFiles.isEmptyOrAbsent(place) && !hasOnlyUnfinishedMarker(place)) {
        return new State.Taken(notEmpty(place, "it holds " + someOf(place)));
      }
    }
    return new State.Free();
  }

  /** Killed before the marker was whole: there is nothing but its empty directory. */
  private static boolean hasOnlyUnfinishedMarker(Path place) throws IOException {
    try (var entries = Files.walk(place)) {
      return entries.allMatch(entry -> entry.equals(place)
          || entry.equals(Marker.directory(place))
          || entry.startsWith(Marker.directory(place))
              && entry.toString().endsWith(DurableFiles.PART));
    }
  }

  /**
   * Makes the place ours and ready to be filled.
   *
   * @param source the snapshot's {@code postgresql.auto.conf}
   */
  void claim(String source) throws IOException {
    switch (look()) {
      case State.Taken(var report) -> throw new Refused(report);
      case State.Own(var marker) -> takeTablespaces(marker);
      case State.Abandoned(var marker) -> {
        new Possession(goal.target(), marker).clear();
        mark(source);
      }
      case State.Free() -> mark(source);
    }
  }

  private void mark(String source) throws IOException {
    Possession.refuseForeign(goal.owner(), goal.target());
    DurableFiles.makeDirectoryOf(goal.owner(), goal.target());
    var marker = new Marker(
        goal.incarnation(),
        Stage.FILLING,
        List.copyOf(goal.tablespaces().values()),
        source,
        Optional.of(goal.target().toRealPath()));
    marker.begin(goal.target());
    DurableFiles.syncDirectory(DurableFiles.parentOf(goal.target()));
    takeTablespaces(marker);
  }

  private void takeTablespaces(Marker marker) throws IOException {
    if (marker.stage() == Stage.FILLING) {
      Possession.of(goal, marker).takeTablespaces(goal.owner());
    }
  }

  private static String someOf(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries
          .limit(3)
          .map(entry -> String.valueOf(entry.getFileName()))
          .sorted()
          .reduce((a, b) -> a + ", " + b)
          .orElse("nothing");
    }
  }

  private static Report notEmpty(Path place, String why) {
    return Report.of(TARGET_NOT_EMPTY, "cannot restore into " + place + ", which is not empty")
        .why(why)
        .next(
            "choose an empty place: aegis plan --into <directory>",
            "if nobody needs it: mv " + place + " " + place + ".before");
  }

  private Report closed(Exception why) {
    String what = "cannot restore into " + goal.target() + ": it cannot be looked into";
    return Report.of(TARGET_NOT_EMPTY, what)
        .why(why(why))
        .next("choose another place: aegis plan --into <directory>");
  }

  private static String why(Exception met) {
    return switch (met) {
      case IOException io -> FileFault.why(io);
      case UncheckedIOException io when io.getCause() != null -> FileFault.why(io.getCause());
      default -> String.valueOf(met.getCause() == null ? met : met.getCause());
    };
  }

  private Report live() {
    return Report.of(LIVE_DIRECTORY, "a PostgreSQL server runs on " + goal.target())
        .why("postmaster.pid names a living process of that directory")
        .next("choose another place: aegis plan --into <directory>", "stop that server first");
  }
}
