package io.aegis.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.Resolution.Stop;
import io.aegis.postgres.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a new database may be made, with a live one and a repository on the same machine. */
class ApartTest {
  @TempDir
  Path home;

  @BeforeEach
  void make_what_must_be_kept() throws IOException {
    Files.createDirectories(home.resolve("live/base"));
    Files.createDirectories(home.resolve("live/pg_tblspc"));
    Files.createDirectories(home.resolve("disk/space"));
    Files.createDirectories(home.resolve("repository"));
    Files.createSymbolicLink(home.resolve("live/pg_tblspc/16384"), home.resolve("disk/space"));
    Files.createSymbolicLink(home.resolve("short"), home.resolve("live"));
  }

  private Check check(String target, Map<Long, Path> tablespaces) {
    return new Apart(new Goal(
            home.resolve(target),
            tablespaces,
            new Incarnation("new"),
            Lsn.parse("0/3000028"),
            Stop.AFTER,
            new Timeline(1),
            "",
            List.of(home.resolve("live"), home.resolve("repository"))))
        .check();
  }

  private void assertRefused(String target, String kept) {
    assertRefused(check(target, Map.of()), kept);
  }

  private void assertRefused(Check check, String kept) {
    assertThat(check).isInstanceOfSatisfying(Check.Refusal.class, refusal -> {
      assertThat(refusal.report().code()).isEqualTo(PostgresCode.TARGET_OVERLAPS);
      assertThat(refusal.report().why()).contains(home.resolve(kept).toString());
      assertThat(refusal.report().next().getFirst()).contains("--into");
    });
  }

  // Red when: Apart.homes leaves out the tablespaces, or Apart.check looks in one direction only.
  @Test
  void
      nothing_is_made_inside_the_live_database_its_tablespaces_or_the_repository_nor_around_them() {
    assertRefused("live/base/x", "live");
    assertRefused("live/../live/x/y/z", "live");
    assertRefused("disk/space/PG_17_202406281/x", "disk/space");
    assertRefused("repository/x", "repository");
    assertRefused("disk", "disk/space");
  }

  // Red when: Apart.real takes a path as it is written.
  @Test
  void links_on_the_way_are_looked_through() throws IOException {
    assertRefused("short/base/x", "live");
    Files.createSymbolicLink(home.resolve("detour"), home.resolve("short/base"));
    assertRefused("detour/not/yet/there", "live");
    Files.move(home.resolve("live"), home.resolve("moved"));
    Files.createSymbolicLink(home.resolve("live"), home.resolve("moved"));
    assertRefused("moved/x", "moved");
  }

  // Red when: Apart.check looks at the target alone.
  @Test
  void the_tablespaces_of_the_new_database_lie_apart_too() {
    assertRefused(check("new", Map.of(16384L, home.resolve("live/side"))), "live");
  }

  @Test
  void a_place_beside_them_is_fine_and_so_is_the_very_place_of_a_database_that_is_lost() {
    assertThat(check("live-2", Map.of(16384L, home.resolve("live-2-tablespaces/16384"))))
        .isInstanceOf(Check.Fine.class);
    assertThat(check("live", Map.of(16384L, home.resolve("disk/space"))))
        .isInstanceOf(Check.Fine.class);
  }
}
