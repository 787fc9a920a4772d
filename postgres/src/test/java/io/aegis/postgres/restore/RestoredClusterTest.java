package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoredClusterTest {
  private static final Incarnation OURS = new Incarnation("a-restore");

  @TempDir
  Path target;

  private Goal goal() {
    return new Goal(target, Map.of(), OURS, Lsn.parse("0/3000028"), Stop.AFTER, new Timeline(1));
  }

  // Red when: RestoredCluster reads the settings through a link: a secret becomes a setting.
  @Test
  void settings_that_are_a_link_are_neither_read_nor_written_over() throws IOException {
    var place = Optional.of(target.toRealPath());
    new Marker(OURS, Marker.Stage.COMPLETE, List.of(), "", place).begin(target);
    var secret = Files.writeString(target.resolve("secret"), "max_connections = 9\nkey = secret\n");
    var settings = target.resolve(SnapshotFiles.SETTINGS);
    Files.createSymbolicLink(settings, secret);
    var cluster = new RestoredCluster(goal());
    for (ThrowingCallable change : List.<ThrowingCallable>of(
        cluster::open, () -> cluster.raise(Map.of("max_connections", 99)))) {
      assertThatThrownBy(change).isInstanceOfSatisfying(Failure.Refused.class, failure -> {
        assertThat(failure.code()).isEqualTo(PostgresCode.NOT_RESTORED_HERE);
        assertThat(failure.report().what()).contains(SnapshotFiles.SETTINGS);
      });
      assertThat(settings).isSymbolicLink();
    }
    assertThat(cluster.stage()).isEqualTo(RestoredCluster.Stage.FENCED);
  }

  // Red when: RestoredCluster.held does not ask which recovery's the directory is.
  @Test
  void what_has_taken_the_place_of_a_recovery_is_left_as_it_is() throws IOException {
    var other = new Incarnation("another");
    var place = Optional.of(target.toRealPath());
    new Marker(other, Marker.Stage.COMPLETE, List.of(), "", place).begin(target);
    var settings = Files.writeString(target.resolve(SnapshotFiles.SETTINGS), "port = 1\n");
    var cluster = new RestoredCluster(goal());
    for (ThrowingCallable change : List.<ThrowingCallable>of(
        cluster::open, () -> cluster.raise(Map.of("max_connections", 99)))) {
      assertThatThrownBy(change).isInstanceOf(Failure.Refused.class);
    }
    assertThat(settings).hasContent("port = 1");
  }

  // Red when: RestoredCluster.removeOurFiles goes by paths.
  @Test
  void what_a_link_in_the_spool_leads_to_is_not_removed_with_it() throws IOException {
    var kept = Files.createDirectory(target.resolve("kept"));
    Files.writeString(kept.resolve("file"), "kept");
    var place = Optional.of(target.toRealPath());
    new Marker(OURS, Marker.Stage.COMPLETE, List.of(), "", place).begin(target);
    Files.writeString(target.resolve(SnapshotFiles.SETTINGS), "");
    Files.createDirectories(target.resolve("aegis/spool/want"));
    Files.createSymbolicLink(target.resolve("aegis/spool/ready"), kept);

    var cluster = new RestoredCluster(goal());
    cluster.open();
    assertThat(cluster.tidy()).isTrue();
    assertThat(target.resolve("aegis/spool")).doesNotExist();
    assertThat(kept.resolve("file")).hasContent("kept");
  }

  // Red when: RestoredCluster.tidy fails on what it may not enter, or says that all is removed: an
  // opened database is open, and whoever may remove the rest has to be told.
  @Test
  void what_root_was_making_when_it_was_killed_is_removed_by_root_or_told() throws IOException {
    var place = Optional.of(target.toRealPath());
    new Marker(OURS, Marker.Stage.OPEN, List.of(), "", place).begin(target);
    var nursery = Files.createDirectories(target.resolve("aegis/spool/coming-1-000000001"));
    Files.writeString(nursery.resolve("segment"), "half of it");
    var nobodys = PosixFilePermissions.fromString("---------");
    Files.setPosixFilePermissions(nursery, nobodys);
    boolean root = Account.own().isRoot();

    assertThat(new RestoredCluster(goal()).tidy()).isEqualTo(root);
    assertThat(Files.exists(nursery)).isEqualTo(!root);
    if (!root) {
      Files.setPosixFilePermissions(nursery, PosixFilePermissions.fromString("rwx------"));
      Files.delete(nursery.resolve("segment"));
      Files.setPosixFilePermissions(nursery, nobodys);
      assertThat(new RestoredCluster(goal()).tidy()).isTrue();
    }
  }
}
