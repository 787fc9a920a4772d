package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.PREFLIGHT_REFUSED;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.configuration.Settings;
import io.aegis.postgres.server.Binaries;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Whether this machine can run the cluster: the things that otherwise fail at the worst time, after
 * hours of copying (trap T43).
 */
final class Machine {
  /** Those of PostgreSQL itself that start no worker, or one that only reads. */
  private static final Set<String> WITHOUT_EFFECT_OUTSIDE = Set.of(
      "auth_delay",
      "auto_explain",
      "passwordcheck",
      "pg_overexplain",
      "pg_prewarm",
      "pg_stat_statements",
      "sepgsql");

  private static final List<String> NAMED_FILES = List.of(
      "hba_file",
      "ssl_cert_file",
      "ssl_key_file",
      "ssl_ca_file",
      "ssl_crl_file",
      "ssl_dh_params_file");

  private final Binaries binaries;
  private final Origin origin;
  private final List<String> preloaded;
  private final Settings settings;
  private final List<String> included;
  private final String account;

  /**
   * @param account as whom the server will run; empty: as whoever runs Aegis
   * @param settings that it will have once it is open
   * @param included by its rules for access, and not restored
   */
  Machine(
      Binaries binaries, String account, Origin origin, Settings settings, List<String> included) {
    this.binaries = binaries;
    this.account = account;
    this.origin = origin;
    this.settings = settings;
    this.included = List.copyOf(included);
    preloaded = settings.list("shared_preload_libraries");
  }

  List<Check> check() {
    var checks = new ArrayList<Check>();
    try {
      var runner = Account.planned(account);
      checks.add(version(binaries.version(runner)));
      checks.addAll(libraries(runner));
      checks.addAll(workers(preloaded));
      checks.addAll(extensions(runner));
      checks.addAll(files(runner));
      checks.addAll(included(runner));
      addresses(settings, Machine::isHere).ifPresent(checks::add);
      logs(
              settings,
              path -> isGranted(runner, "-e", path.toString()),
              path -> isGranted(runner, "-w", path.toString()))
          .ifPresent(checks::add);
    } catch (Refused e) {
      checks.add(new Check.Refusal(e.report()));
      return checks;
    }
    checks.addAll(forGood(settings));
    collation().ifPresent(checks::add);
    return checks;
  }

  private Check version(Binaries.Version here) {
    var there = origin.version();
    if (here.major() != there.major()) {
      return new Check.Refusal(
          Report.of(PREFLIGHT_REFUSED, "this machine has another major version of PostgreSQL")
              .why("the snapshot is of " + there.major() + ", the programs in "
                  + binaries.directory() + " are " + here)
              .next(
                  "install PostgreSQL " + there.major() + " here",
                  "set database.bin-directory in aegis.yaml to its programs"));
    }
    if (here.minor() < there.minor()) {
      return new Check.Warning("PostgreSQL %s here is older than the %d.%d that was protected"
          .formatted(here, there.major(), there.minor()));
    }
    return new Check.Fine("PostgreSQL " + here);
  }

  private List<Check> extensions(Account runner) {
    var place = binaries.extensions(runner);
    if (place.isEmpty()) {
      return List.of(
          new Check.Warning("cannot tell which extensions are installed: no share directory beside "
              + binaries.directory()));
    }
    var absent = origin.extensions().stream()
        .distinct()
        .sorted()
        .filter(name -> !Files.exists(place.get().resolve(name + ".control")))
        .toList();
    if (absent.isEmpty()) {
      return List.of(new Check.Fine(origin.extensions().size() + " extensions are installed"));
    }
    return absent.stream().map(Machine::absentExtension).toList();
  }

  private static Check absentExtension(String name) {
    return new Check.Warning(
        "the extension '" + name + "' is not installed on this machine; what uses it will fail");
  }

  private List<Check> libraries(Account runner) {
    return binaries.libraries(runner).stream()
        .flatMap(place -> absentLibraries(settings, place).stream())
        .<Check>map(absent -> new Check.Refusal(
            absent.next("install its package for PostgreSQL " + origin.version().major())))
        .toList();
  }

  /**
   * Without one of these the server does not start, or nobody can connect to it; those that users
   * may name for themselves lie in a directory of their own ({@code load_libraries},
   * src/backend/utils/init/miscinit.c).
   */
  static List<Report.Draft> absentLibraries(Settings settings, Path libraries) {
    var plugins = settings.with(Map.of("dynamic_library_path", "$libdir/plugins"));
    return Stream.of(
            absent("shared_preload_libraries", "the server would not start", settings, libraries),
            absent("session_preload_libraries", "nobody could connect", settings, libraries),
            absent("local_preload_libraries", "nobody could connect", plugins, libraries))
        .flatMap(drafts -> drafts)
        .toList();
  }

  private static Stream<Report.Draft> absent(
      String setting, String consequence, Settings settings, Path libraries) {
    return settings.list(setting).stream()
        .filter(name -> !name.contains("/"))
        .filter(name -> !isInstalled(name, settings, libraries))
        .map(name -> Report.of(
                PREFLIGHT_REFUSED, "the library '" + name + "' is not installed on this machine")
            .why("it is in " + setting + ": " + consequence));
  }

  /** As {@code expand_dynamic_library_name} looks, src/backend/utils/fmgr/dfmgr.c. */
  static boolean isInstalled(String library, Settings settings, Path libraries) {
    var places = settings.values().getOrDefault("dynamic_library_path", "$libdir");
    return Stream.of(places.split(":", -1))
        .map(place -> Path.of(place.strip().replace("$libdir", libraries.toString())))
        .anyMatch(place ->
            Files.exists(place.resolve(library)) || Files.exists(place.resolve(library + ".so")));
  }

  /**
   * The fence stops the server's own workers; what an extension's do once the copy takes writes,
   * nobody can know from here. A scheduler would run production's jobs a second time.
   */
  static List<Check> workers(List<String> preloaded) {
    return preloaded.stream()
        .filter(name -> !WITHOUT_EFFECT_OUTSIDE.contains(name.replaceFirst("\\.so$", "")))
        .<Check>map(name -> new Check.Warning("the library '" + name + "' is loaded at the start:"
            + " if it has workers of its own, they run as soon as the copy is promoted, before it"
            + " is opened; see what they reach outside"))
        .toList();
  }

  /** Behind the fence nobody needs them; once it is down the server does not start without. */
  private List<Check> files(Account runner) {
    boolean encrypts = settings.isOn("ssl");
    return NAMED_FILES.stream()
        .filter(setting -> encrypts || !setting.startsWith("ssl_"))
        .filter(setting -> named(setting).startsWith("/"))
        .filter(setting -> !canRead(runner, named(setting)))
        .<Check>map(setting -> new Check.Warning(setting + " = '" + named(setting)
            + "' cannot be read here by the account of the server: put it there before the step"
            + " 'open', which fails without it"))
        .toList();
  }

  private List<Check> included(Account runner) {
    return included.stream()
        .filter(file -> !file.startsWith("/") || !canRead(runner, file))
        .<Check>map(file -> new Check.Warning("the rules for access include '" + file
            + "', which is not in the snapshot and cannot be read here: put it there before the"
            + " step 'open', which fails without it"))
        .toList();
  }

  /**
   * Until it is opened the server has a log of its own; then it makes of such a path the last
   * directory alone ({@code SysLogger_Start}, postmaster/syslogger.c).
   */
  static Optional<Check> logs(
      Settings settings, Predicate<Path> isThere, Predicate<Path> isWritable) {
    var directory = Path.of(settings.values().getOrDefault("log_directory", "log"));
    if (!settings.isOn("logging_collector") || !directory.isAbsolute()) {
      return Optional.empty();
    }
    var written = isThere.test(directory) ? directory : directory.getParent();
    return Optional.ofNullable(written).filter(isWritable).isEmpty()
        ? Optional.of(
            new Check.Warning("log_directory = '" + directory + "' cannot be written here by the"
                + " account of the server: make it before the step 'open', which fails without"
                + " it"))
        : Optional.empty();
  }

  /**
   * Behind the fence it listens nowhere; then one address that is here is enough ({@code
   * PostmasterMain}, postmaster/postmaster.c). What has to be resolved is not asked for.
   */
  static Optional<Check> addresses(Settings settings, Predicate<InetAddress> isHere) {
    var listed = settings.list("listen_addresses");
    boolean none = !listed.isEmpty()
        && listed.stream()
            .allMatch(address -> isLiteral(address)
                && !InetAddress.ofLiteral(address).isAnyLocalAddress()
                && !isHere.test(InetAddress.ofLiteral(address)));
    return none
        ? Optional.of(new Check.Warning("listen_addresses = '" + String.join(", ", listed)
            + "' is no address of this machine: the step 'open' fails without one; change it then"
            + " in the configuration of the recovered database, and resume"))
        : Optional.empty();
  }

  private static boolean isLiteral(String address) {
    try {
      InetAddress.ofLiteral(address);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isHere(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return true; // it cannot be told
    }
  }

  /** What {@link Fence} sets for good: nobody may believe in what is not there any more. */
  static List<Check> forGood(Settings settings) {
    var checks = new ArrayList<Check>();
    if (!settings.list("synchronous_standby_names").isEmpty()) {
      checks.add(new Check.Warning("the recovered database waits for no standby: where the source"
          + " did (synchronous_standby_names = '"
          + settings.values().get("synchronous_standby_names")
          + "'), set it again once the standbys are there (ALTER SYSTEM RESET"
          + " synchronous_standby_names; SELECT pg_reload_conf())"));
    }
    if (settings.isOn("archive_mode")
        || settings.values().getOrDefault("archive_mode", "").equalsIgnoreCase("always")) {
      checks.add(new Check.Warning("the recovered database archives nothing by archive_command,"
          + " though the source did: where another archive is wanted beside Aegis, give it a new"
          + " place, and then ALTER SYSTEM RESET archive_mode and a restart"));
    }
    if (settings.values().getOrDefault("wal_level", "").equalsIgnoreCase("logical")) {
      checks.add(new Check.Warning("no replication slot comes back: whoever reads changes of the"
          + " source through a logical one (a subscriber, Debezium) begins anew, and has to be told"
          + " that the database went back; subscriptions of its own go to work when it is opened"));
    }
    return checks;
  }

  private String named(String setting) {
    return settings.values().getOrDefault(setting, "");
  }

  private static boolean canRead(Account runner, String file) {
    return isGranted(runner, "-r", file);
  }

  private static boolean isGranted(Account runner, String right, String file) {
    try {
      return runner.succeeds("test", right, file);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Text is ordered by the C library; another version of it may order otherwise than an index does.
   */
  private Optional<Check> collation() {
    String there = origin.collations().getOrDefault("libc", "");
    String here = libraryVersion();
    if (there.isEmpty() || here.isEmpty()) {
      return Optional.of(
          new Check.Warning("collation versions are not known (C, POSIX and C.UTF-8 have none);"
              + " where others are used, compare before and after: SELECT collname, collversion,"
              + " pg_collation_actual_version(oid) FROM pg_collation"));
    }
    if (here.equals(there)) {
      return Optional.of(new Check.Fine("the C library is " + here + ", as it was"));
    }
    return Optional.of(new Check.Warning("the C library is " + here + ", it was " + there
        + ": indexes on text may be ordered otherwise; REINDEX those before writes are let in"));
  }

  private static String libraryVersion() {
    try {
      var process = new ProcessBuilder("getconf", "GNU_LIBC_VERSION")
          .redirectErrorStream(true)
          .start();
      process.getOutputStream().close();
      var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.startsWith("glibc ") ? answer.substring("glibc ".length()).strip() : "";
    } catch (IOException e) {
      return ""; // no such program: another C library, about which nothing can be said
    }
  }
}
