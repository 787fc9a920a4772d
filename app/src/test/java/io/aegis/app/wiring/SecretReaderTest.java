package io.aegis.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.app.AppCode;
import io.aegis.app.SecretReference;
import io.aegis.app.Surroundings;
import io.aegis.kernel.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretReaderTest {
  @TempDir
  Path directory;

  private String read(String command, Duration patience) {
    var around =
        new Surroundings(Map.of(), directory, directory, new Surroundings.Account("alice", "db-1"));
    var reader = new SecretReader(around, patience);
    try (var secret = reader.read(new SecretReference.FromCommand(command))) {
      return secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_command_prints_the_secret_and_may_say_other_things_beside_it() {
    assertThat(read("echo noise >&2; printf 'horse staple\\n'", Duration.ofMinutes(1)))
        .isEqualTo("horse staple");
  }

  @Test
  void a_command_that_hangs_is_ended_with_what_it_started_and_is_to_be_run_by_hand()
      throws Exception {
    // Red when: SecretCommand reads to the end before it looks at the time, or leaves its children.
    var pid = directory.resolve("pid");
    String command = "sleep 300 & echo $! > " + pid + "; echo 'PIN:' >&2; wait; echo secret";
    assertThatThrownBy(() -> read(command, Duration.ofSeconds(3)))
        .isInstanceOfSatisfying(Failure.Refused.class, failure -> {
          assertThat(failure.code()).isEqualTo(AppCode.SECRET_UNREADABLE);
          assertThat(failure.report().why()).contains("did not end within 3", "PIN:");
          assertThat(failure.report().next()).containsExactly("run it by hand: " + command);
        });
    requireGone(pid);
  }

  private static void requireGone(Path pid) throws Exception {
    var child = ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
    if (child.isPresent()) {
      child.get().onExit().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_command_that_leaves_somebody_behind_with_its_output_is_not_waited_for_for_ever()
      throws IOException {
    var pid = directory.resolve("pid");
    // It ends while its output is being read: where it has ended before, the JVM takes what is
    // there, and closes the pipe (ProcessImpl.ProcessPipeInputStream.processExited).
    String command = "(sleep 300 & echo $! > " + pid + "); echo secret; sleep 1";
    try {
      assertThatThrownBy(() -> read(command, Duration.ofSeconds(3)))
          .isInstanceOf(Failure.Refused.class);
    } finally {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void a_command_that_fails_is_quoted_with_its_last_complaint_and_never_with_its_output() {
    assertThatThrownBy(() -> read("echo horse; echo 'no agent' >&2; exit 3", Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            Failure.Refused.class,
            failure -> assertThat(failure.report().why())
                .isEqualTo("its exit code is 3; it says: no agent"));
  }

  @Test
  void an_interrupt_is_an_interrupt_and_no_fault_of_the_secret() {
    // Red when: SecretCommand calls an interrupt a failure of the command.
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> read("sleep 300", Duration.ofMinutes(5)))
        .isInstanceOfSatisfying(
            Failure.Unavailable.class,
            failure -> assertThat(failure.code()).isEqualTo(AppCode.SECRET_INTERRUPTED));
    assertThat(Thread.interrupted()).isTrue();
  }
}
