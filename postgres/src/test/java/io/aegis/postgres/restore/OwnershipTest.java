package io.aegis.postgres.restore;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.account.Account;
import io.aegis.postgres.server.Binaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
  /** What is for everybody, and what a shell sets by itself. */
  private static final Set<String> HARMLESS = Set.of(
      "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "PWD", "OLDPWD", "SHLVL", "_");

  @TempDir
  Path home = Path.of("unset");

  // Red when: Account.program starts a program with root's own environment: whoever runs as that
  // account reads it in /proc, and the key of the repository may be in it.
  @Test
  void a_program_that_root_runs_as_another_account_inherits_no_secret() throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    var said = Files.createFile(home.resolve("said"));
    Files.setPosixFilePermissions(said, PosixFilePermissions.fromString("rw-rw-rw-"));
    var program = Files.writeString(home.resolve("postgres"), "#!/bin/sh\nenv > " + said + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    boolean weAreRoot = Account.own().isRoot();
    var account = weAreRoot ? "nobody" : "";
    var ownership = new Ownership(List.of(home.resolve("restored")), account, new Binaries(home));

    assertThat(ownership.check()).isInstanceOf(Check.Fine.class);

    var names = Files.readAllLines(said).stream()
        .map(line -> line.replaceAll("=.*", ""))
        .filter(name -> !HARMLESS.contains(name) && !name.startsWith("LC_"))
        .collect(toSet());
    assertThat(names).doesNotContainAnyElementsOf(System.getenv().keySet());
    assertThat(Files.size(said) > 0).isEqualTo(weAreRoot);
  }
}
