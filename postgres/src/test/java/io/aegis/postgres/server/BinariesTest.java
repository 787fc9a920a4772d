package io.aegis.postgres.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {
  @TempDir
  Path home = Path.of("unset");

  // Red when: Binaries.run starts a program itself: those of an installation in somebody's home are
  // theirs, and would be run by root.
  @Test
  void programs_are_asked_as_the_account_that_the_server_will_run_as() throws IOException {
    boolean weAreRoot = Account.own().isRoot();
    var runner = weAreRoot ? new Account("nobody", 65_534, 65_534) : Account.own();
    allow(home, "rwxr-xr-x");
    var said = allow(Files.createFile(home.resolve("said")), "rw-rw-rw-");
    program("postgres", "id -u >" + said + "; echo 'postgres (PostgreSQL) 17.5'");
    program("pg_config", "id -u >>" + said + "; echo " + home);

    var binaries = new Binaries(home);

    assertThat(binaries.version(runner)).isEqualTo(new Binaries.Version(17, 5));
    assertThat(binaries.libraries(runner)).hasValue(home);
    var user = Integer.toString(runner.user());
    assertThat(Files.readAllLines(said)).containsExactly(user, user);
  }

  private void program(String name, String script) throws IOException {
    allow(Files.writeString(home.resolve(name), "#!/bin/sh\n" + script + "\n"), "rwxr-xr-x");
  }

  private static Path allow(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
