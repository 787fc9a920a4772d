package io.aegis.postgres.testing;

import io.aegis.kernel.testing.Program;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A class of the tests that is run in a process of its own, which is not root's. */
public final class AsNobody {
  private static final String NOBODY = "65534";

  private final Path home;

  /**
   * @param home where classes are copied to, for that account to read; it can write there, too
   */
  public AsNobody(Path home) throws Exception {
    this.home = home;
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** Which account that is: that of the tests, unless this is root's. */
  public static String user() {
    String own = Program.of("id", "-u").run().orFail().strip();
    return own.equals("0") ? NOBODY : own;
  }

  /**
   * Runs the main method of {@code type}.
   *
   * @param besides a class of each module that it needs, besides its own tests
   * @return what it printed
   */
  public String run(Class<?> type, List<Class<?>> besides, String... arguments) {
    var line = new ArrayList<String>();
    if (!Program.of("id", "-u").run().orFail().strip().equals(user())) {
      line.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes = Stream.concat(Stream.of(type), besides.stream())
        .map(this::readable)
        .collect(Collectors.joining(File.pathSeparator));
    line.addAll(List.of(java, "-cp", classes, type.getName()));
    line.addAll(List.of(arguments));
    return Program.of(line).run().orFail().strip();
  }

  /** A copy of all that was compiled with {@code type}, for everybody to read. */
  private String readable(Class<?> type) {
    var compiled = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    var copy = home.resolve("classes-of-" + type.getSimpleName()).toString();
    Program.of("cp", "-r", compiled, copy).run().orFail();
    Program.of("chmod", "-R", "a+rX", copy).run().orFail();
    return copy;
  }
}
