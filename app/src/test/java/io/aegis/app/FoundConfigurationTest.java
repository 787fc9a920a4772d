package io.aegis.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.kernel.Failure;
import io.aegis.postgres.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  // Red when: ConfigFiles.find does not ask Trust.
  @Test
  void root_believes_no_file_that_others_can_write_until_it_is_named() throws IOException {
    boolean weAreRoot = Files.getAttribute(directory, "unix:uid").equals(0);
    allow(file, "rw-rw-rw-");
    if (!weAreRoot) {
      assertThat(found().file()).hasValue(file);
      return;
    }
    assertRefused();
    allow(file, "rw-r--r--");
    allow(directory, "rwxrwxrwx");
    assertRefused();
    allow(directory, "rwxr-xr-x");
    Files.setAttribute(file, "unix:uid", 65_534);
    assertRefused();
    assertThat(Places.read(file).configuration().application().environment()).isEqualTo("prod");
  }

  // Red when: Trust.of does not look where a link leads.
  @Test
  void a_link_in_ones_own_directory_is_as_good_as_what_it_leads_to() throws IOException {
    boolean weAreRoot = Files.getAttribute(directory, "unix:uid").equals(0);
    var elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.move(file, elsewhere.resolve("mine.yaml"));
    Files.createSymbolicLink(file, elsewhere.resolve("mine.yaml"));
    assertThat(found().file()).hasValue(file);
    allow(elsewhere, "rwxrwxrwx");
    if (weAreRoot) {
      assertRefused();
    }
  }

  // Red when: ConfigDraft.writeToBeFound does not ask who could replace the file.
  @Test
  void root_writes_none_where_others_could_replace_it() throws IOException {
    boolean weAreRoot = Files.getAttribute(directory, "unix:uid").equals(0);
    Files.delete(file);
    allow(directory, "rwxrwxrwx");
    var server = new PostgresCluster.Found(17, Path.of("/data"), 5432, "", "/bin", "postgres");
    var draft = new ConfigDraft("shop", "repository", "postgres", server);
    if (!weAreRoot) {
      draft.writeToBeFound(file);
      assertThat(file).exists();
      return;
    }
    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(() -> draft.writeToBeFound(file))
        .satisfies(refused -> {
          assertThat(refused.code()).isEqualTo(AppCode.CONFIG_UNTRUSTED);
          assertThat(refused.report().why()).contains(directory.toString());
        });
    assertThat(file).doesNotExist();
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
