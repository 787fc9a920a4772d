package io.aegis.postgres.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Failure;
import io.aegis.kernel.testing.Program;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountIT {
  private static final String NOBODY = "65534";

  @TempDir
  Path home;

  // Red when: Account.OWN is the owner of the link /proc/self, which is root's for everybody. Run
  // as anybody but root, this asks the account itself.
  @Test
  void an_account_that_is_not_root_knows_that_it_is_not() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    var line = new ArrayList<String>();
    var expected = Program.of("id", "-u").run().orFail().strip();
    if (expected.equals("0")) {
      line.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
      expected = NOBODY;
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes = Stream.of(Failure.class, Account.class, WhoAmI.class)
        .map(this::readable)
        .collect(Collectors.joining(File.pathSeparator));
    line.addAll(List.of(java, "-cp", classes, WhoAmI.class.getName()));
    assertThat(Program.of(line).run().orFail().strip()).isEqualTo(expected);
  }

  /** A copy of all that was compiled with {@code type}, for everybody to read. */
  private String readable(Class<?> type) {
    var compiled = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    var copy = home.resolve(type.getSimpleName()).toString();
    Program.of("cp", "-r", compiled, copy).run().orFail();
    Program.of("chmod", "-R", "a+rX", copy).run().orFail();
    return copy;
  }
}
