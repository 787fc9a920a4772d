package io.aegis.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.TimeSource;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.verify.Measurement.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmokeTestTest {
  @TempDir
  Path home;

  private final List<String> lines = new CopyOnWriteArrayList<>();

  private Verdict run(String command, Duration limit) throws InterruptedException {
    return run(Account.own(), command, limit);
  }

  /** What came of it, which was said while those could still have run that it left. */
  private Verdict run(Account runner, String command, Duration limit) throws InterruptedException {
    var measured = new SmokeTest(command, home, limit)
        .run(runner, Map.of("PGHOST", "/run/here"), lines::add, TimeSource.system());
    assertThat(measured.took()).isLessThan(Duration.ofSeconds(15));
    return measured.verdict();
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

  // Red when: SmokeOutput keeps a line until it ends.
  @Test
  void a_script_s_output_without_an_end_of_line_comes_in_pieces() throws Exception {
    run("printf 'one\\r\\ntwo\\rthree\\n\\nfour'", Duration.ofSeconds(10));
    assertThat(lines).containsExactly("one", "two", "three", "", "four");
    lines.clear();
    run("head -c 20000 /dev/zero | tr '\\0' x", Duration.ofSeconds(10));
    assertThat(lines).extracting(String::length).containsExactly(8192, 8192, 3616);
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

  // Red when: SmokeTest.watch waits for its reader, or Session looks for descendants alone.
  @Test
  void what_a_script_leaves_in_the_background_holds_nobody_up_and_is_ended() throws Exception {
    for (var runner : runners()) {
      for (String output : List.of("", ">/dev/null 2>&1")) {
        String command = "sleep 20 " + output + " & echo $!; exit 0";
        assertThat(run(runner, command, Duration.ofMinutes(1)))
            .isEqualTo(new Verdict.Passed(
                "it ended with 0; it left something running in the background, which was ended"));
        requireGone(lines.removeFirst());
      }
    }
  }

  /** Ourselves, and somebody else where we can be: whose processes are not ours. */
  private static List<Account> runners() {
    var own = Account.own();
    return own.isRoot() ? List.of(own, new Account("nobody", 65_534, 65_534)) : List.of(own);
  }

  /** Buried or not: whose parent is gone is a zombie for as long as nobody asks for it. */
  private void requireGone(String process) {
    try {
      String stat = Files.readString(Path.of("/proc", process, "stat"));
      assertThat(stat.substring(stat.lastIndexOf(')'))).startsWith(") Z");
    } catch (IOException e) {
      assertThat(e).isInstanceOf(NoSuchFileException.class);
    }
  }

  // Red when: SmokeTest.GRACE is nothing.
  @Test
  void what_is_still_on_its_way_out_is_waited_for_and_heard() throws Exception {
    assertThat(run("(sleep 0.2; echo late) & exit 3", Duration.ofSeconds(10)))
        .isEqualTo(new Verdict.Failed("it ended with 3"));
    assertThat(lines).containsExactly("late");
  }

  // Red when: SmokeTest.watch waits for its reader after the limit.
  @Test
  void a_daemon_that_left_the_session_is_not_waited_for_either_and_is_told() throws Exception {
    String daemon = "(setsid sh -c 'echo $$; exec sleep 20' &); sleep 0.2; ";
    try {
      assertThat(run(daemon + "sleep 20", Duration.ofMillis(600)))
          .isInstanceOfSatisfying(
              Verdict.Failed.class,
              failed -> assertThat(failed.words())
                  .startsWith("it did not end within")
                  .endsWith("in another session holds its output and still runs"));
      assertThat(run(daemon + "exit 0", Duration.ofMinutes(1)))
          .isEqualTo(new Verdict.Passed("it ended with 0; something that it started in another"
              + " session holds its output and still runs"));
    } finally {
      lines.forEach(
          id -> ProcessHandle.of(Long.parseLong(id)).ifPresent(ProcessHandle::destroyForcibly));
    }
  }

  // Red when: SmokeTest.watch waits for its reader before it ends the script.
  @Test
  void a_script_that_is_interrupted_ends_at_once_with_all_that_it_started() throws Exception {
    var ended = new CompletableFuture<String>();
    var watcher = Thread.ofVirtual().start(() -> ended.complete(interrupted()));
    while (lines.size() < 2 && !ended.isDone()) {
      Thread.sleep(10);
    }
    watcher.interrupt();
    assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
    lines.forEach(this::requireGone);
  }

  private String interrupted() {
    try {
      return run("echo $$; sleep 20 & echo $!; sleep 20", Duration.ofMinutes(1)).toString();
    } catch (InterruptedException e) {
      return "interrupted";
    }
  }
}
