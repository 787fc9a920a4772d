package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Progress;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.server.Binaries;
import io.aegis.postgres.server.LocalServer;
import io.aegis.postgres.server.SocketDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore leaves when it, or the power, goes away. */
class RestoreDurabilityIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir
  Path home;

  private static void restore(SourceCluster source, Goal goal, Milestones milestones)
      throws Exception {
    var binaries = new Binaries(source.server().binDirectory());
    var plan = new RestorePlanner(source.snapshot(), source.origin(), binaries).plan(goal, 0);
    new Restore(plan, source.snapshot(), milestones, "run-1").run(2, Progress.SILENT);
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Milestones dyingAt(String fatal) {
    return name -> {
      if (name.equals(fatal)) {
        throw new Killed();
      }
    };
  }

  @Test
  void t16_a_restore_that_was_cut_short_cannot_be_started() throws Exception {
    // Red when: Restore.run writes the control file before it has synced everything else.
    try (var source = SourceCluster.of(17, home)) {
      source.backUp();
      var target = home.resolve("restored");
      var goal = source.goal(target, source.begin(), Stop.AFTER);
      var before = List.of(
          "restore.directories-made",
          "restore.file-in-place",
          "restore.files-copied",
          "restore.configured",
          "restore.synced");
      for (String fatal : before) {
        assertThatThrownBy(() -> restore(source, goal, dyingAt(fatal))).isInstanceOf(Killed.class);
        assertThat(target.resolve("global/pg_control")).as(fatal).doesNotExist();
      }
      var server = new LocalServer(
          new LocalServer.Place(
              new Binaries(source.server().binDirectory()),
              target,
              target.resolve("aegis/server.log"),
              SocketDirectory.of(target, Path.of("/tmp"))),
          TimeSource.system());
      assertThatThrownBy(() -> server.start(PATIENCE))
          .isInstanceOfSatisfying(
              Failure.Unavailable.class,
              failure -> assertThat(failure.report().why()).contains("pg_control"));
      server.place().sockets().remove();
    }
  }

  @Test
  void t41_every_file_and_every_directory_is_on_disk_before_the_restore_says_so() throws Exception {
    // Red when: HeldDirectory.finish does not sync, or Restore.syncAll leaves out the directories.
    try (var source = SourceCluster.of(17, home);
        var recording = new Recording()) {
      source.backUp();
      recording.enable("jdk.FileForce").withoutThreshold().withoutStackTrace();
      recording.start();
      var target = home.resolve("restored");
      restore(source, source.goal(target, source.begin(), Stop.AFTER), Milestones.UNWATCHED);
      recording.stop();
      var forced = forced(recording);
      try (var tree = Files.walk(target)) {
        var apart = tree.filter(path -> !path.startsWith(target.resolve("aegis/spool")))
            .filter(path -> !forced.contains(path))
            .filter(path -> !forced.contains(DurableFiles.part(path)))
            .toList();
        // Each got its name by rename, from a part that nothing else was made of: a number, by the
        // descriptor of the directory that it lay in.
        var parts = forced.stream().filter(path -> path.getFileName().toString().matches("\\d+"));
        assertThat(apart).allMatch(Files::isRegularFile);
        assertThat(parts).hasSizeGreaterThanOrEqualTo(apart.size());
      }
      assertThat(forced).contains(home);
    }
  }

  private Set<Path> forced(Recording recording) throws Exception {
    var file = home.resolve("forced.jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .map(event -> Path.of(event.getString("path")))
        .collect(Collectors.toSet());
  }
}
