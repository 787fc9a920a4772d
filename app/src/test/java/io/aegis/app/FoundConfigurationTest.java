package io.aegis.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.kernel.Failure;
import io.aegis.postgres.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies in the working directory; {@code TrustTest} has the cases that take two accounts. */
class FoundConfigurationTest {
  private static final Path RIGHT = Path.of("src/test/resources/faults/right.yaml");

  @TempDir
  Path directory;

  private Path file = Path.of("");

  @BeforeEach
  void a_configuration_in_the_working_directory() throws IOException {
    file = Files.copy(RIGHT, directory.resolve("aegis.yaml"));
    allow(file, "rw-r--r--");
  }

  @Test
  void ones_own_is_found_and_read() {
    assertThat(found().file()).hasValue(file);
    assertThat(found().configuration().application().environment()).isEqualTo("prod");
  }

  // Red when: ConfigFiles.find does not ask, or asks about the file alone.
  @Test
  void nobody_believes_a_file_that_others_can_write_until_it_is_named() throws IOException {
    allow(file, "rw-rw-rw-");
    assertRefused();
    allow(file, "rw-r--r--");
    allow(directory, "rwxrwxrwx");
    assertRefused();
    assertThat(Places.read(file).configuration().application().environment()).isEqualTo("prod");
    allow(directory, "rwxr-xr-x");
    assertThat(found().file()).hasValue(file);
    if (weAreRoot()) {
      Files.setAttribute(file, "unix:uid", 65_534);
      assertRefused();
    }
  }

  // Red when: a group is not asked for its name, or is with root.
  @Test
  void ones_own_group_may_write_it_but_for_root() throws IOException {
    var user = Files.getOwner(file).getName();
    var group = Files.readAttributes(file, PosixFileAttributes.class).group().getName();
    allow(file, "rw-rw-r--");
    allow(directory, "rwxrwxr-x");
    if (user.equals(group) && !weAreRoot()) {
      assertThat(found().file()).hasValue(file);
    } else {
      assertRefused();
    }
  }

  // Red when: Trail does not look where a link leads; paths begin where the file itself is.
  @Test
  void a_link_in_ones_own_directory_is_as_good_as_what_it_leads_to() throws IOException {
    var elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.writeString(
        elsewhere.resolve("mine.yaml"), Files.readString(file).replace("/srv/recovered", "new"));
    Files.delete(file);
    Files.createSymbolicLink(file, elsewhere.resolve("mine.yaml"));
    assertThat(found().file()).hasValue(file);
    assertThat(found().configuration().recovery().directory()).isEqualTo(directory.resolve("new"));
    allow(elsewhere, "rwxrwxrwx");
    assertRefused();
    // What is made there by others stays there; what is above the file only has to hold it.
    Files.setAttribute(elsewhere, "unix:mode", 01777);
    assertRefused();
  }

  // Red when: ConfigDraft.writeToBeFound does not ask who could replace the file.
  @Test
  void none_is_written_where_others_could_replace_it() throws IOException {
    Files.delete(file);
    allow(directory, "rwxrwxrwx");
    var server = new PostgresCluster.Found(17, Path.of("/data"), 5432, "", "/bin", "postgres");
    var draft = new ConfigDraft("shop", "repository", "postgres", server);
    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(() -> draft.writeToBeFound(file))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(AppCode.CONFIG_UNTRUSTED);
          assertThat(refused.report().why()).contains(directory.toString());
        });
    assertThat(file).doesNotExist();
    allow(directory, "rwxr-xr-x");
    draft.writeToBeFound(file);
    assertThat(found().file()).hasValue(file);
  }

  private boolean weAreRoot() throws IOException {
    return Files.getAttribute(directory, "unix:uid").equals(0);
  }

  private void assertRefused() {
    assertThatExceptionOfType(Failure.Refused.class).isThrownBy(this::found).satisfies(refused -> {
      assertThat(refused.code()).isEqualTo(AppCode.CONFIG_UNTRUSTED);
      assertThat(refused.report().what()).contains(file.toString());
      assertThat(refused.report().next()).anyMatch(next -> next.contains("-c " + file));
    });
  }

  private ConfigReading found() {
    var sources = new ConfigSources(Optional.empty(), Map.of());
    return ConfigReading.of(sources, Places.around(directory, Map.of()));
  }

  private static void allow(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
