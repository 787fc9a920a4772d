package io.aegis.cli.frame;

import io.aegis.cli.terminal.Paint;
import io.aegis.kernel.HumanTime;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command has. */
public final class GlobalOptions {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "<file>",
      scope = ScopeType.INHERIT,
      order = 1,
      description = { // in lines, since picocli would break a path behind a dot
        "Configuration file. Default: AEGIS_CONFIG, ./aegis.yaml,",
        "~/.config/aegis/config.yaml, /etc/aegis/aegis.yaml."
      })
  private @Nullable Path config;

  @Option(
      names = {"-r", "--repo"},
      paramLabel = "<location>",
      scope = ScopeType.INHERIT,
      order = 2,
      description = {
        "Repository: a directory or s3://bucket/prefix.",
        "Overrides repository.location."
      })
  private @Nullable String repository;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "<format>",
      scope = ScopeType.INHERIT,
      order = 3,
      defaultValue = "table",
      description = "table, wide, json, yaml or ndjson. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TABLE;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      order = 4,
      description = "Short for -o json. Errors and progress become JSON lines on stderr.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      order = 5,
      description = "No progress, no remarks; errors and data only.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      order = 6,
      description = "Show what happens in between, and the Java stack of a failure.")
  private boolean verbose;

  @Option(
      names = "--color",
      paramLabel = "<when>",
      scope = ScopeType.INHERIT,
      order = 7,
      defaultValue = "auto",
      description = "auto, always or never. NO_COLOR is respected. Default: ${DEFAULT-VALUE}.")
  private Paint.Choice colour = Paint.Choice.AUTO;

  @Option(
      names = "--timeout",
      paramLabel = "<duration>",
      scope = ScopeType.INHERIT,
      order = 8,
      description = "Give up after this long, as by Ctrl-C: 30s, 15m, 2h. Default: never.")
  private @Nullable Duration timeout;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      order = 9,
      description = "Show this help.")
  private boolean help;

  public @Nullable Path config() {
    return config;
  }

  public @Nullable String repository() {
    return repository;
  }

  public OutputFormat format() {
    return json ? OutputFormat.JSON : format;
  }

  public boolean isQuiet() {
    return quiet;
  }

  public boolean isVerbose() {
    return verbose;
  }

  public Paint.Choice colour() {
    return colour;
  }

  public @Nullable Duration timeout() {
    return timeout;
  }

  @Override
  public String toString() {
    return "GlobalOptions[" + (help ? "help " : "") + format()
        + (timeout == null ? "" : " " + HumanTime.of(timeout)) + "]";
  }
}
