package io.aegis.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmokeTestTest {
  @TempDir
  Path home;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  private Verdict run(String command, Duration limit) throws InterruptedException {
    return new SmokeTest(command, home, limit)
        .run(Account.own(), Map.of("PGHOST", "/run/here"), lines::add, TimeSource.system())
        .verdict();
  }

  @Test
  void a_script_that_ends_with_0_has_passed_and_its_lines_were_seen() throws Exception {
    assertThat(run("echo at $PGHOST; echo twice >&2", Duration.ofSeconds(10)))
        .isEqualTo(new Verdict.Passed("it ended with 0"));
    assertThat(lines).containsExactly("at /run/here", "twice");
  }

  // Red when: SmokeTest.run leaves the environment as it is.
  @Test
  void a_script_inherits_what_it_needs_and_nothing_secret() throws Exception {
    run("env", Duration.ofSeconds(10));
    assertThat(lines).contains("PGHOST=/run/here").anyMatch(line -> line.startsWith("PATH="));
    assertThat(lines)
        .allMatch(line -> line.matches("(PATH|HOME|LANG|LANGUAGE|TZ|LD_LIBRARY_PATH|LC_\\w+|PGHOST"
            + "|PWD|OLDPWD|SHLVL|_)=.*"));
  }

  // Red when: SmokeTest.run starts the script itself: a plan that somebody else made names it.
  @Test
  void a_script_runs_as_the_account_of_the_server() throws Exception {
    var runner = Account.own().isRoot() ? new Account("nobody", 65_534, 65_534) : Account.own();
    new SmokeTest("id -u", home, Duration.ofSeconds(10))
        .run(runner, Map.of(), lines::add, TimeSource.system());
    assertThat(lines).containsExactly(Integer.toString(runner.user()));
  }

  @Test
  void a_script_that_ends_otherwise_has_failed() throws Exception {
    assertThat(run("exit 3", Duration.ofSeconds(10)))
        .isEqualTo(new Verdict.Failed("it ended with 3"));
  }

  @Test
  void a_script_that_does_not_end_is_ended_with_its_children_and_has_failed() throws Exception {
    assertThat(run("echo $$; sleep 600 & sleep 600", Duration.ofMillis(300)))
        .isInstanceOf(Verdict.Failed.class);
    long shell = Long.parseLong(lines.getFirst());
    assertThat(ProcessHandle.of(shell).filter(ProcessHandle::isAlive)).isEmpty();
  }
}
