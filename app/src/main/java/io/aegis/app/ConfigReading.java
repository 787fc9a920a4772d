package io.aegis.app;

import static io.aegis.app.AppCode.CONFIG_FAULTY;
import static io.aegis.app.AppCode.NO_CONFIG;

import io.aegis.app.config.JsonSchema;
import io.aegis.app.config.Reading;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.repository.ComponentName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings as they were found, right or wrong: flag over {@code AEGIS_*} variable over file
 * over default. Faults are collected, so that all of them can be mended at once.
 */
public final class ConfigReading {
  private static final String LOOKED_FOR =
      "looked for ./aegis.yaml, ~/.config/aegis/config.yaml, /etc/aegis/aegis.yaml";

  private final Reading reading;

  private ConfigReading(Reading reading) {
    this.reading = reading;
  }

  /**
   * @throws Failure.Refused if a file was named that is not there or cannot be read
   */
  public static ConfigReading of(ConfigSources sources, Surroundings around) {
    return new ConfigReading(Reading.of(sources, around));
  }

  /** What can be set, in the order of the reference page. */
  public static List<ConfigKey> keys() {
    return Reading.keys();
  }

  /** A JSON Schema (2020-12) of {@code aegis.yaml}, for editors. */
  public static Json.Obj schema() {
    return JsonSchema.ofKeys();
  }

  public Optional<Path> file() {
    return reading.file();
  }

  public List<ConfigFault> faults() {
    return reading.faults();
  }

  /** {@code AEGIS_*} variables that nobody reads, each with what may have been meant. */
  public List<String> strayVariables() {
    return reading.strayVariables();
  }

  /** Every setting that has a value, and where it came from. */
  public List<ConfigSetting> settings() {
    return reading.settings();
  }

  /**
   * @throws Failure.Refused if there is no file, or with every fault that was found
   */
  public Configuration configuration() {
    var faults = reading.faults();
    String also =
        isSetOtherwise(faults) ? "; and of what is set without it:\n" + lines(faults) : "";
    var absent = Report.of(NO_CONFIG, "there is no configuration")
        .why(LOOKED_FOR + also)
        .next("aegis init --discover", "aegis <command> -c <file>");
    refuse(faults, absent);
    return reading.configuration();
  }

  /** Variables and options can stand in for a whole file, and have faults like one. */
  private boolean isSetOtherwise(List<ConfigFault> faults) {
    var origins = Stream.concat(
        reading.settings().stream().map(ConfigSetting::origin),
        faults.stream().map(ConfigFault::origin));
    return origins.anyMatch(
        origin -> origin instanceof ConfigOrigin.Variable || origin instanceof ConfigOrigin.Option);
  }

  /**
   * What it takes to look at what the repository holds of the application. What else is not set is
   * no fault here; what is set has to be right.
   *
   * @throws Failure.Refused with every fault that is left
   */
  public Configuration.Essentials essentials() {
    var faults = reading.essentialFaults();
    var absent = Report.of(NO_CONFIG, "there is no configuration")
        .why(LOOKED_FOR + "; and of what it takes to look at a repository:\n" + lines(faults))
        .next(
            "aegis init --discover",
            "aegis <command> -c <file>",
            "AEGIS_APPLICATION_NAME=<name> AEGIS_DATABASE_NAME=<name>"
                + " AEGIS_REPOSITORY_KEY=file:<key file> aegis <command> -r <location>");
    refuse(faults, absent);
    return reading.essentials();
  }

  /**
   * The repository alone: enough to read it on a machine that has nothing but its location and a
   * key.
   *
   * @throws Failure.Refused with every fault that concerns it
   */
  public Configuration.RepositorySettings repository() {
    requireRepository(reading.repositoryFaults());
    return reading.repository();
  }

  /**
   * Where the repository lies, for somebody who brings a key along.
   *
   * @throws Failure.Refused with every fault that concerns it
   */
  public Configuration.Place place() {
    requireRepository(reading.placeFaults());
    return reading.place();
  }

  private void requireRepository(List<ConfigFault> faults) {
    var absent = Report.of(NO_CONFIG, "there is no configuration, and no repository")
        .why(lines(faults))
        .next(
            "aegis <command> -c <file>",
            "AEGIS_REPOSITORY_KEY=file:<key file> aegis <command> -r <location>");
    refuse(faults, absent);
  }

  /** The database that is declared here, if one is, and rightly. */
  public Optional<ComponentName> component() {
    return reading.component();
  }

  /**
   * @param absent what is told where there is no file that could have faults
   */
  private void refuse(List<ConfigFault> faults, Report absent) {
    if (!faults.isEmpty()) {
      if (reading.file().isEmpty()) {
        throw new Failure.Refused(absent);
      }
      String name = reading.file().map(Path::toString).orElseThrow();
      String count = faults.size() == 1 ? "a fault" : faults.size() + " faults";
      throw new Failure.Refused(Report.of(CONFIG_FAULTY, name + " has " + count)
          .why(lines(faults))
          .safe("nothing was started")
          .next("mend the lines above, then: " + proof(faults)));
    }
  }

  /** Validating demands a whole file, which one that is enough for the command need not be. */
  private String proof(List<ConfigFault> mended) {
    return mended.containsAll(reading.missing())
        ? "aegis config validate"
        : "the same command again";
  }

  private String lines(List<ConfigFault> faults) {
    return faults.stream().map(this::line).collect(Collectors.joining("\n"));
  }

  /** A file that is not there has no lines. */
  private String line(ConfigFault fault) {
    boolean isNowhere = reading.file().isEmpty() && fault.origin() instanceof ConfigOrigin.InFile;
    return isNowhere ? fault.words() : fault.line();
  }
}
