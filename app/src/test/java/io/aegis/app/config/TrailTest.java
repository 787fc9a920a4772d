package io.aegis.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each case is looked at by two readers: whose the places are, and somebody whose they are not. */
class TrailTest {
  private static final int NOBODY = 65_534;

  @TempDir
  Path temporary;

  private Path directory = Path.of("");
  private int owner;

  @BeforeEach
  void a_directory_of_somebody_who_is_not_root() throws IOException {
    directory = Files.createDirectory(temporary.toRealPath().resolve("theirs"));
    give(temporary);
    give(directory);
    owner = (Integer) Files.getAttribute(directory, "unix:uid");
  }

  // Red when: Trail.step judges only what is at the end: it is root's, and so it was believed.
  @Test
  void what_a_link_in_a_directory_of_somebody_else_leads_to_is_not_relied_on() throws IOException {
    var link = Files.createSymbolicLink(directory.resolve("aegis.yaml"), Path.of("/etc/hostname"));
    give(link);
    var trail = Trail.to(link);
    assertThat(trail.end()).isEqualTo(Path.of("/etc/hostname").toRealPath());
    assertThat(trail.whyNot(owner)).isEmpty();
    assertThat(trail.whyNot(owner + 1))
        .hasValueSatisfying(why -> assertThat(why).contains("is neither yours nor root's"));
  }

  // Red when: Trail.follow goes straight to what a link leads to in the end.
  @Test
  void a_link_on_the_way_has_to_be_ours_as_well() throws IOException {
    var first = Files.createSymbolicLink(directory.resolve("first"), Path.of("/etc"));
    give(first);
    var second = Files.createSymbolicLink(
        directory.resolve("second"), Path.of("../theirs/./first/hostname"));
    give(second);
    assertThat(Trail.to(second).end()).isEqualTo(Path.of("/etc/hostname").toRealPath());
    assertThat(Trail.to(second).whyNot(owner)).isEmpty();
    if (Trust.ourselves() == 0) {
      Files.setAttribute(first, "unix:uid", owner - 1, LinkOption.NOFOLLOW_LINKS);
      assertThat(Trail.to(second).whyNot(owner)).hasValue(first + " is neither yours nor root's");
    }
  }

  // Red when: Trail.follow does not count.
  @Test
  void links_that_lead_in_a_circle_are_not_followed_for_ever() throws IOException {
    var link = directory.resolve("round");
    Files.createSymbolicLink(link, link);
    assertThatExceptionOfType(FileSystemLoopException.class).isThrownBy(() -> Trail.to(link));
  }

  private static void give(Path made) throws IOException {
    if (Trust.ourselves() == 0) {
      Files.setAttribute(made, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
