package io.aegis.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.TaskScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyboardTest {
  @TempDir
  Path directory;

  // Red when: Keyboard hands its commands the variables as they are.
  @Test
  void a_real_repository_that_a_variable_names_never_reaches_the_demo() {
    var around = new Cli(directory)
        .with("AEGIS_REPOSITORY_LOCATION", "s3://production/shop")
        .with("XDG_STATE_HOME", "/state")
        .session();
    List<Session> seen = new ArrayList<>();
    var keyboard = new Keyboard(
        around,
        (session, _) -> {
          seen.add(session);
          return 0;
        },
        directory.resolve("aegis.yaml"));

    keyboard.run("status");

    assertThat(seen)
        .singleElement()
        .satisfies(session ->
            assertThat(session.surroundings().variables()).containsOnlyKeys("XDG_STATE_HOME"));
  }

  // Red when: Keyboard.typeBeside shows nothing, as the demo did of its stream.
  @Test
  void what_goes_on_beside_the_rest_is_shown_as_such() {
    var shown = new Cli(directory).person().capture(session -> {
      var keyboard = new Keyboard(session, (_, _) -> 0, directory.resolve("aegis.yaml"));
      try (var scope = TaskScope.computing("stream", 1)) {
        keyboard.typeBeside(scope, "wal", "stream");
        scope.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return 0;
    });

    assertThat(shown.err()).contains("$ aegis wal stream &");
  }
}
