package io.aegis.kernel.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.testing.Parts.OnAbsence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

final class PartsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path directory;

  @BeforeEach
  void a_script_that_has_one_part_and_lacks_another() throws IOException {
    Files.writeString(script(), """
        #!/bin/sh
        case $2 in
          here) echo /parts/here ;;
          gone) echo scripts/parts fetch gone; exit 1 ;;
          *) echo "there is no part called $2"; exit 2 ;;
        esac
        """);
    Files.setPosixFilePermissions(script(), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void a_part_that_is_present_is_given_as_its_directory() {
    assertThat(parts(OnAbsence.FAIL).directory("here", "SomeIT")).isEqualTo(Path.of("/parts/here"));
    assertThat(list()).doesNotExist();
  }

  @Test
  void a_test_that_lacks_a_part_is_skipped_and_written_down_with_the_command_that_brings_it() {
    assertThatThrownBy(() -> parts(OnAbsence.SKIP).directory("gone", "SomeIT.works"))
        .isInstanceOf(TestAbortedException.class);
    assertThat(list()).hasContent("SomeIT.works needs gone: scripts/parts fetch gone");
  }

  @Test
  void a_test_that_lacks_a_part_fails_where_nothing_may_be_skipped() {
    assertThatThrownBy(() -> parts(OnAbsence.FAIL).directory("gone", "SomeIT.works"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("scripts/parts fetch gone");
  }

  @Test
  void a_part_that_nobody_knows_is_a_bug_of_the_test() {
    assertThatThrownBy(() -> parts(OnAbsence.SKIP).directory("typo", "SomeIT.works"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_annotation_skips_unless_every_part_is_present() {
    var condition = new RequiresPart.Condition(parts(OnAbsence.SKIP));
    assertThat(condition.decide("SomeIT", "here", "gone").isDisabled()).isTrue();
    assertThat(condition.decide("SomeIT", "here").isDisabled()).isFalse();
  }

  @Test
  void the_script_of_the_project_knows_the_parts_that_the_fixtures_ask_for() {
    for (var name : new String[] {"postgres-15", "postgres-17", "postgres-18", "s3-server"}) {
      assertThat(Parts.here().ask(name)).isInstanceOf(Parts.Answer.class);
    }
  }

  private Parts parts(OnAbsence onAbsence) {
    return new Parts(script(), list(), onAbsence);
  }

  private Path script() {
    return directory.resolve("parts");
  }

  private Path list() {
    return directory.resolve("target/skipped-tests.txt");
  }
}
