package io.aegis.postgres.server;

import static io.aegis.postgres.PostgresCode.BINARIES_UNUSABLE;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The programs of one PostgreSQL installation.
 *
 * @param directory where {@code postgres} lies
 */
public record Binaries(Path directory) {
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)(?:\\.(\\d+))?");

  /** A release: {@code 17.10}; a development version counts as minor 0. */
  public record Version(int major, int minor) {
    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /**
   * @param runner as whom it is asked: as whom the server will run
   * @throws Refused if there is no {@code postgres} that runs here
   */
  public Version version(Account runner) {
    var answer = run(runner, "postgres", "--version");
    var matcher = VERSION.matcher(answer);
    if (!matcher.find()) {
      throw new Refused(unusable("it says: " + answer.strip()));
    }
    String minor = matcher.group(2);
    return new Version(
        Integer.parseInt(matcher.group(1)), minor == null ? 0 : Integer.parseInt(minor));
  }

  /** Where the control files of extensions lie, if that can be told. */
  public Optional<Path> extensions(Account runner) {
    return installed(runner, "--sharedir", "share")
        .map(share -> share.resolve("extension"))
        .filter(Files::isDirectory);
  }

  /** Where the libraries that a server loads lie, if that can be told. */
  public Optional<Path> libraries(Account runner) {
    return installed(runner, "--pkglibdir", "lib");
  }

  /** By {@code pg_config}; where there is none, by the usual places beside the programs. */
  private Optional<Path> installed(Account runner, String option, String usual) {
    var candidates = new ArrayList<Path>();
    if (Files.isExecutable(directory.resolve("pg_config"))) {
      candidates.add(Path.of(run(runner, "pg_config", option).strip()));
    }
    candidates.add(directory.resolveSibling(usual).resolve("postgresql"));
    candidates.add(directory.resolveSibling(usual));
    return candidates.stream().filter(Files::isDirectory).findFirst();
  }

  String program(String name) {
    return directory.resolve(name).toString();
  }

  // Whoever owns these programs need not be root, who may be who asks.
  private String run(Account runner, String program, String argument) {
    try {
      var process = runner
          .program(List.of(program(program), argument))
          .redirectErrorStream(true)
          .start();
      process.getOutputStream().close();
      var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new Refused(unusable(program + " " + argument + " failed: " + answer.strip()));
      }
      return answer;
    } catch (IOException e) {
      throw new Refused(unusable(String.valueOf(e.getMessage())), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(unusable("interrupted"), e);
    }
  }

  private Report unusable(String why) {
    return Report.of(
            BINARIES_UNUSABLE, "the programs of PostgreSQL in " + directory + " cannot be used")
        .why(why)
        .next(
            "install PostgreSQL's server package and its extensions on this machine",
            "set database.bin-directory in aegis.yaml to their directory");
  }
}
