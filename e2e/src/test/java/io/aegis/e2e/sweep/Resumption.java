package io.aegis.e2e.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.e2e.stage.Installed;
import io.aegis.e2e.stage.Installed.Result;
import io.aegis.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a person does who finds a recovery that was killed, and what must be true when it is over.
 */
public record Resumption(LostShop.Case here) {
  private static final int OK = 0;
  private static final int ENDED = 1;
  /** It ended well, and an exception is recorded: the approval was forced. */
  private static final int FORCED = 3;

  private static final int NOT_APPROVED = 20;

  /** How a process that leads an execution ends if nothing is wrong. */
  public static final List<Integer> WELL = List.of(OK, FORCED, NOT_APPROVED);

  private static final int PATIENCE = 6;

  /** The execution as it stands; none if it was killed before it was started. */
  public Optional<Json.Obj> execution() {
    var listed = here.program().run("execution", "list", "--json").expect(OK).document();
    return listed.array("executions").stream().map(Json.Obj.class::cast).findFirst();
  }

  public Result begin(Installed program) {
    return program.run("recover", "--to", "latest", "--yes", "--json");
  }

  public Result goOn(Installed program, String execution) {
    return program.run("resume", execution, "--json");
  }

  /** Goes on without the second person, whom a test cannot be: the kernel says who acts. */
  public Result approve(Installed program, String execution) {
    return program.run("approve", execution, "--break-glass", "this is a sweep", "--json");
  }

  /** Begins it if it never began, approves where that is waited for, and resumes until it ended. */
  public void finish() {
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
      var found = execution();
      if (found.isEmpty()) {
        begin(here.program());
        continue;
      }
      String id = found.get().text("execution");
      String state = found.get().text("state");
      var resumed = goOn(here.program(), id);
      if (state.startsWith("COMPLETED")) {
        // Killed after its last entry it is closed now; else it says that it has ended.
        assertThat(resumed.exit()).as(resumed::toString).isIn(OK, FORCED, ENDED);
        return;
      }
      assertThat(resumed.exit()).as(resumed::toString).isIn(WELL);
      if (resumed.exit() == NOT_APPROVED) {
        approve(here.program(), id).expect(OK);
      }
    }
    throw new AssertionError("it does not end: " + execution());
  }

  /** The repository is whole, one primary runs and nothing else, and it knows what was known. */
  public void assertRight() {
    assertRepositoryWhole();
    var ended = execution().orElseThrow();
    assertThat(ended.text("state")).startsWith("COMPLETED");
    here.program()
        .run("execution", "show", ended.text("execution"), "--evidence")
        .expect(OK);
    var dataDirectory = real(Path.of(ended.text("dataDirectory")));
    assertThat(new Residents(here.place()).heads())
        .as("one primary, and nothing of a dead attempt")
        .extracting(Residents.Resident::place)
        .containsExactly(dataDirectory);
    assertThat(directories(here.place().resolve("recovered"))).containsExactly(dataDirectory);
    assertThat(here.psql(dataDirectory, "select pg_is_in_recovery()")).isEqualTo("f");
    assertThat(here.psql(dataDirectory, LostShop.FACTS)).isEqualTo(here.shop().knew());
  }

  public void assertRepositoryWhole() {
    here.program().run("repo", "check", "--read-data", "--json").expect(OK);
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> directories(Path parent) {
    try (var all = Files.list(parent)) {
      return all.map(Resumption::real).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
