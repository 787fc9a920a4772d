package io.aegis.postgres.testing;

import io.aegis.kernel.testing.FreePort;
import io.aegis.kernel.testing.Parts;
import io.aegis.kernel.testing.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real PostgreSQL cluster on a free loopback port, with every tool of its version.
 *
 * <p>Invariants: {@link #close} leaves no process, no shared memory and no file of a cluster that
 * was created here; of one that was adopted it leaves the data directory. The port stays the same
 * across restarts. Not for use by more than one thread, except for {@link #psql} and the tools.
 */
public final class TestPostgres implements AutoCloseable {
  /** The superuser of every cluster created here; no password is asked. */
  public static final String SUPERUSER = "postgres";

  private final Setup setup;
  private final Path home;
  private final Path dataDirectory;
  private final Remains remains;
  private final int port = FreePort.next();
  private final List<Process> background = new ArrayList<>();
  private final Thread lastResort;

  private TestPostgres(Setup setup, Path home, Path dataDirectory) throws IOException {
    this.setup = setup;
    this.home = home;
    this.dataDirectory = dataDirectory.toRealPath();
    remains = new Remains(this.dataDirectory);
    lastResort = new Thread(remains::kill);
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /** How a server is asked to stop: {@code pg_ctl stop -m …}. */
  public enum Stop {
    FAST,
    IMMEDIATE
  }

  /** Where and as whom to connect. */
  public record Connection(String host, int port, String database, String user) {
    public String jdbcUrl() {
      return "jdbc:postgresql://" + host + ":" + port + "/" + database + "?user=" + user;
    }
  }

  /** Prepares a cluster of that major version; skips the test if that version is absent. */
  public static Setup of(int major) {
    return new Setup(major, Parts.require("postgres-" + major).resolve("bin"));
  }

  /** What a cluster shall be like before it exists. */
  public static final class Setup {
    private final int major;
    private final Path binaries;
    private final List<String> initdb = new ArrayList<>(List.of(
        "--username=" + SUPERUSER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"));
    private final Map<String, String> settings = new LinkedHashMap<>();
    private boolean checksums = true;

    private Setup(int major, Path binaries) {
      this.major = major;
      this.binaries = binaries;
      settings.put("fsync", "off");
      settings.put("max_wal_senders", "10");
    }

    public Setup withoutChecksums() {
      checksums = false;
      return this;
    }

    /** A power of two from 1 to 1024; 16 otherwise. */
    public Setup walSegmentMib(int size) {
      return initdb("--wal-segsize=" + size);
    }

    /** Further options of initdb; a later one wins. */
    public Setup initdb(String... options) {
      initdb.addAll(List.of(options));
      return this;
    }

    /** A line of postgresql.conf. */
    public Setup setting(String name, String value) {
      settings.put(name, value);
      return this;
    }

    /** With fsync, which is off otherwise because a test's machine does not lose power. */
    public Setup durable() {
      return setting("fsync", "on");
    }

    /** Runs initdb; the server is not started yet. */
    public TestPostgres create() {
      try {
        var home = Files.createTempDirectory("aegis-pg" + major + "-");
        var data = home.resolve("data");
        var command = new ArrayList<>(List.of(tool("initdb"), "--pgdata=" + data));
        command.addAll(checksumOption());
        command.addAll(initdb);
        unprivileged(command).run().orFail();
        var cluster = new TestPostgres(this, home, data);
        cluster.writeSettings();
        return cluster;
      } catch (IOException e) {
        throw new UncheckedIOException("cannot create a cluster", e);
      }
    }

    public TestPostgres start() {
      var cluster = create();
      cluster.start();
      return cluster;
    }

    /**
     * Takes over a data directory made elsewhere, such as a restored one. Nothing in it is changed:
     * port, socket and the settings asked for here are given on the command line.
     */
    public TestPostgres adopt(Path dataDirectory) {
      try {
        return new TestPostgres(
            this, Files.createTempDirectory("aegis-pg" + major + "-"), dataDirectory);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot adopt " + dataDirectory, e);
      }
    }

    private String tool(String name) {
      return binaries.resolve(name).toString();
    }

    /** Before 18 they were off unless asked for, and there was no option to say so. */
    private List<String> checksumOption() {
      if (checksums) {
        return List.of("--data-checksums");
      }
      return major >= 18 ? List.of("--no-data-checksums") : List.of();
    }
  }

  public int major() {
    return setup.major;
  }

  public Path dataDirectory() {
    return dataDirectory;
  }

  public Path binDirectory() {
    return setup.binaries;
  }

  public Connection connection() {
    return new Connection("127.0.0.1", port, "postgres", SUPERUSER);
  }

  /** A JDBC connection of its own; the caller closes it. */
  public java.sql.Connection connect() throws SQLException {
    return DriverManager.getConnection(connection().jdbcUrl());
  }

  /** Starts the server and waits until it takes queries (in recovery: read-only ones). */
  public void start() {
    var started = unprivileged(List.of(
            setup.tool("pg_ctl"),
            "start",
            "-w",
            "-t",
            "60",
            "-D",
            dataDirectory.toString(),
            "-l",
            logFile().toString(),
            "-o",
            isCreatedHere() ? "" : commandLine()))
        .run();
    if (started.exit() != 0) {
      throw new AssertionError("the server did not start:\n" + started.text() + log());
    }
  }

  public void stop(Stop how) {
    var mode = how == Stop.FAST ? "fast" : "immediate";
    unprivileged(
            List.of(setup.tool("pg_ctl"), "stop", "-w", "-D", dataDirectory.toString(), "-m", mode))
        .run()
        .orFail();
  }

  public void restart() {
    stop(Stop.FAST);
    start();
  }

  /** SIGKILL to the postmaster and every child; all are gone on return. */
  public void kill() {
    remains.kill();
  }

  /** Every process of this cluster, the postmaster among them, orphans included. */
  public List<ProcessHandle> processes() {
    return remains.processes();
  }

  /** The server's log so far; empty before the first start. */
  public String log() {
    try {
      return Files.exists(logFile()) ? Files.readString(logFile()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs SQL and returns what it printed: unaligned, no headers, columns divided by {@code |}. */
  public String psql(String sql) {
    return program("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql).run().orFail();
  }

  public String pgbench(String... arguments) {
    return tool("pgbench", arguments);
  }

  /** Runs any tool of this version against this cluster, and fails unless it ends with 0. */
  public String tool(String name, String... arguments) {
    return program(name, arguments).run().orFail();
  }

  /** A tool of this version that would connect to this cluster; for exit codes and time limits. */
  public Program program(String name, String... arguments) {
    var command =
        Stream.concat(Stream.of(setup.tool(name)), Stream.of(arguments)).toList();
    return Program.of(command)
        .with(Map.of(
            "PGHOST",
            "127.0.0.1",
            "PGPORT",
            Integer.toString(port),
            "PGUSER",
            SUPERUSER,
            "PGDATABASE",
            "postgres"));
  }

  /** Starts a tool and goes on, as for a load; it is killed with the cluster's {@link #close}. */
  public Process startTool(String name, String... arguments) {
    try {
      var output = Files.createTempFile(home, name, ".out").toFile();
      var process = program(name, arguments).builder().redirectOutput(output).start();
      background.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** What the control file says: {@code control("Database system identifier")}. */
  public String control(String name) {
    return tool("pg_controldata", "-D", dataDirectory.toString())
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError("the control file has no '" + name + "'"));
  }

  /** What WAL records the arguments of {@code pg_waldump} select; it ends with 1 at the tip. */
  public String waldump(String... arguments) {
    var log = segmentsWithLog();
    var all = Stream.concat(Stream.of("-p", log.toString()), Stream.of(arguments));
    var ended = program("pg_waldump", all.toArray(String[]::new)).run();
    return ended.exit() == 1 ? ended.text() : ended.orFail();
  }

  /**
   * {@code pg_waldump} asks whichever file it meets first for the size of a segment, and that may
   * be one which was made in advance and is all zeros ({@code search_directory}).
   */
  private Path segmentsWithLog() {
    try (var files = Files.list(dataDirectory.resolve("pg_wal"))) {
      var links = Files.createTempDirectory(home, "waldump");
      Files.setPosixFilePermissions(links, PosixFilePermissions.fromString("rwxr-xr-x"));
      for (var file : files.filter(TestPostgres::isBegun).toList()) {
        Files.createSymbolicLink(links.resolve(file.getFileName()), file);
      }
      return links;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look into the log of " + dataDirectory, e);
    }
  }

  private static boolean isBegun(Path file) {
    try (var content = Files.newInputStream(file)) {
      return content.read() > 0;
    } catch (IOException e) {
      return false; // a directory, or gone by now
    }
  }

  @Override
  public void close() {
    background.forEach(Process::destroyForcibly);
    remains.kill();
    remains.free();
    Runtime.getRuntime().removeShutdownHook(lastResort);
    try (var tree = Files.walk(home)) {
      for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + home, e);
    }
  }

  private void writeSettings() throws IOException {
    var lines = new ArrayList<String>();
    lines.add("port = " + port);
    lines.add("listen_addresses = '127.0.0.1'");
    lines.add("unix_socket_directories = '" + home + "'");
    setup.settings.forEach((name, value) -> lines.add(name + " = '" + value + "'"));
    var file = dataDirectory.resolve("postgresql.conf");
    Files.writeString(file, Files.readString(file) + String.join("\n", lines) + "\n");
  }

  private String commandLine() {
    var options = new StringBuilder();
    options.append("-p ").append(port).append(" -k ").append(home).append(" -h 127.0.0.1");
    setup.settings.forEach((name, value) ->
        options.append(" -c ").append(name).append("='").append(value).append('\''));
    return options.toString();
  }

  private boolean isCreatedHere() {
    return dataDirectory.startsWith(home);
  }

  private Path logFile() {
    return home.resolve("server.log");
  }

  /** The server refuses to be run by root: then in a user namespace where it is somebody else. */
  private static Program unprivileged(List<String> command) {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Program.of(command);
    }
    var mapped = List.of("unshare", "--user", "--map-user=65534", "--map-group=65534");
    return Program.of(Stream.concat(mapped.stream(), command.stream()).toList());
  }
}
