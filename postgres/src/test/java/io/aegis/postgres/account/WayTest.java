package io.aegis.postgres.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WayTest {
  @TempDir
  Path directory;

  private Path home = Path.of("/");
  private Path theirs = Path.of("/");
  private Path far = Path.of("/");

  @BeforeEach
  void make_a_directory_in_which_others_can_write() throws IOException {
    home = directory.toRealPath();
    theirs = Files.createDirectory(home.resolve("theirs"));
    Files.setPosixFilePermissions(theirs, PosixFilePermissions.fromString("rwxrwxrwx"));
    far = Files.createDirectory(home.resolve("far"));
  }

  // Red when: linkOfOthers asks whose the link is, or passes over one that another link leads to.
  @Test
  void a_link_that_lies_where_others_can_write_is_found_wherever_on_the_way() throws IOException {
    var planted = Files.createSymbolicLink(theirs.resolve("planted"), far);
    var ours = Files.createSymbolicLink(home.resolve("ours"), planted);

    assertThat(Way.linkOfOthers(planted)).contains(planted);
    assertThat(Way.linkOfOthers(planted.resolve("16384/not/there"))).contains(planted);
    if (Account.own().isRoot()) { // else nothing here is root's alone
      assertThat(Way.linkOfOthers(ours.resolve("x"))).contains(planted);
      assertThat(Way.linkOfOthers(home.resolve("far/../ours/x"))).contains(planted);
    }
    assertThat(Way.linkOfOthers(theirs.resolve("none/x"))).isEmpty();
    assertThat(Way.existing(planted.resolve("16384/not"))).isEqualTo(far);
  }

  @Test
  void a_link_that_only_root_could_have_made_is_passed_over() throws IOException {
    var link = Files.createSymbolicLink(home.resolve("link"), Path.of("far"));
    assertThat(Way.linkOfOthers(link.resolve("x")).isEmpty())
        .isEqualTo(Account.own().isRoot());
  }

  // Red when: linkOfOthers follows links without end.
  @Test
  void links_that_lead_in_a_circle_come_to_an_end() throws IOException {
    var one = home.resolve("one");
    Files.createSymbolicLink(one, home.resolve("other"));
    Files.createSymbolicLink(home.resolve("other"), one);
    assertThat(Way.linkOfOthers(one)).isPresent();
  }
}
