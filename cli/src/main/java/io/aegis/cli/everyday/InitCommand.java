package io.aegis.cli.everyday;

import io.aegis.app.ConfigDraft;
import io.aegis.app.Configuration.KeySource;
import io.aegis.app.Configuration.Place;
import io.aegis.app.Configuration.RepositorySettings;
import io.aegis.app.KeyFiles;
import io.aegis.app.OpenRepository;
import io.aegis.app.OpenRepository.Apart;
import io.aegis.app.SecretReference;
import io.aegis.cli.CliCode;
import io.aegis.cli.frame.AegisCommand;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.Consent;
import io.aegis.cli.frame.ExitCode;
import io.aegis.cli.frame.Page;
import io.aegis.cli.frame.Session;
import io.aegis.cli.key.NewKey;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import io.aegis.kernel.ShellWord;
import io.aegis.postgres.PostgresCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aegis init}. */
@Command(
    name = "init",
    header = "Make a repository and its keys; find the PostgreSQL that runs here",
    description = {
      "",
      "With --discover and no aegis.yaml yet, one is written for the server that is found. Then",
      "the key file and the repository are made. Nothing that is there is ever overwritten. Where",
      "the key file is older than the repository, it is asked first: the old repository may only",
      "be out of sight. Two writers race for a name: exit code 3 if the store lets one overwrite",
      "the other."
    },
    footer = {
      "aegis init --discover",
      "aegis init --discover --application shop --port 5433 -r s3://vault/shop",
      "aegis init --discover --dry-run",
      "aegis init -c /etc/aegis/aegis.yaml"
    })
public final class InitCommand extends AegisCommand {

  @Option(names = "--discover", description = "Find a server here, and write aegis.yaml for it.")
  private boolean discover;

  @Option(
      names = "--application",
      paramLabel = "<name>",
      defaultValue = "app",
      description = "What to call the application. Default: ${DEFAULT-VALUE}.")
  private String application = "app";

  @Option(
      names = "--port",
      paramLabel = "<port>",
      description = "Which server, where several run here.")
  private @Nullable Integer port;

  @Option(
      names = "--data-directory",
      paramLabel = "<directory>",
      description = "Which server, where several have one port.")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--user",
      paramLabel = "<role>",
      defaultValue = "postgres",
      description = "The role to connect as. Default: ${DEFAULT-VALUE}.")
  private String user = "postgres";

  @Option(names = "--dry-run", description = "Print the aegis.yaml that would be written.")
  private boolean dryRun;

  @Mixin
  private final Consent consent = new Consent();

  public InitCommand(Session session) {
    super(session);
  }

  @Override
  protected ExitCode run() {
    var named = named();
    Path file = named.orElseGet(() -> session().surroundings().directory().resolve("aegis.yaml"));
    boolean known = Files.exists(file);
    if (dryRun) {
      return wouldWrite(file, known);
    }
    if (discover && !known) {
      var draft = draft();
      if (named.isPresent()) {
        draft.write(file);
      } else {
        draft.writeToBeFound(file);
      }
      session().remark("wrote " + file);
    } else if (discover) {
      session().remark(file + " is there already and counts as it is; --discover wrote nothing");
    }
    return makeRepository(file);
  }

  private ExitCode wouldWrite(Path file, boolean known) {
    if (discover) {
      session().show(new Drafted(file.toString(), draft().text()));
    }
    if (known || !discover) {
      session()
          .remark("--dry-run: nothing was made; " + file + (known ? " is there" : " is missing"));
    }
    return ExitCode.OK;
  }

  private Optional<Path> named() {
    return session()
        .surroundings()
        .configuration(Optional.ofNullable(session().options().config()));
  }

  private ConfigDraft draft() {
    requireName();
    String location = Objects.requireNonNullElse(session().options().repository(), "repository");
    return new ConfigDraft(application, location, user, server());
  }

  /** The database is called after it, with three letters more. */
  private void requireName() {
    if (!application.matches("[a-z][a-z0-9-]{0,36}")) {
      var report = Report.of(
              CliCode.USAGE, "'" + application + "' cannot be the application's name")
          .why("it has 1 to 37 small letters, digits and -, and begins with a letter")
          .safe("nothing was written");
      String small = application.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-");
      String near = small.matches("[a-z][a-z0-9-]{0,36}") ? small : "app";
      throw new Failure.Refused(report.next("aegis init --discover --application " + near));
    }
  }

  private PostgresCluster.Found server() {
    var running = PostgresCluster.discover();
    var data = Optional.ofNullable(dataDirectory).map(this::real);
    var found = running.stream()
        .filter(server -> port == null || server.port() == port)
        .filter(server ->
            data.filter(named -> !named.equals(server.dataDirectory())).isEmpty())
        .toList();
    return switch (found.size()) {
      case 1 -> found.getFirst();
      case 0 -> throw running.isEmpty() ? none() : elsewhere(running);
      default ->
        throw new Failure.Refused(
            Report.of(CliCode.NOTHING_FOUND, found.size() + " servers run here; which one?")
                .why(listed(found))
                .next("aegis init --discover --data-directory "
                    + ShellWord.of(found.getFirst().dataDirectory().toString())));
    };
  }

  /** As the server itself says where it runs. */
  private Path real(Path named) {
    var absolute = session().surroundings().directory().resolve(named);
    try {
      return absolute.toRealPath();
    } catch (IOException e) {
      return absolute.normalize(); // not there, or not to be looked into
    }
  }

  private static Failure none() {
    return new Failure.Refused(Report.of(CliCode.NOTHING_FOUND, "no PostgreSQL was found here")
        .why("none runs on this machine, or this account may not look into its process")
        .next(
            "run it as the account that owns the data directory, or as root",
            "write aegis.yaml by hand: docs/reference/configuration.md"));
  }

  private Failure elsewhere(List<PostgresCluster.Found> running) {
    return new Failure.Refused(
        Report.of(CliCode.NOTHING_FOUND, "no PostgreSQL was found here " + place())
            .why("what runs here: " + listed(running))
            .next("aegis init --discover --port " + running.getFirst().port()));
  }

  private String place() {
    return dataDirectory == null ? "on port " + port : "in " + dataDirectory;
  }

  private static String listed(List<PostgresCluster.Found> found) {
    return found.stream()
        .map(server -> "PostgreSQL " + server.major() + ", port " + server.port() + ", "
            + server.dataDirectory())
        .collect(Collectors.joining("\n"));
  }

  private ExitCode makeRepository(Path file) {
    var reading = session().declared();
    var settings = reading.configuration().repository();
    Path keyFile = keyFileOf(settings);
    boolean known = Files.exists(keyFile);
    if (known) {
      OpenRepository.requireEmpty(settings.place(), session().outside());
      requireMeant(settings, keyFile);
    }
    try (var open = made(settings, keyFile)) {
      var apart = open.probeWriters();
      boolean words = addWords(open);
      session()
          .show(new Made(
              reading.file().orElse(file).toString(),
              open.repository().id().value(),
              open.repository().location().display(),
              keyFile.toString(),
              known ? "used as it was" : "new",
              words ? "shown once" : "not made",
              apart));
      return apart == Apart.PRETENDED ? ExitCode.ITEMS_FAILED : ExitCode.OK;
    }
  }

  /** A key is made with its repository: one without the other is what an unmounted disk leaves. */
  private void requireMeant(RepositorySettings settings, Path keyFile) {
    String where = shown(settings.place());
    String warning = "The key file " + keyFile + " is older than this: it and aegis.yaml are there"
        + " already, but no repository is at " + where + ". If they have one, it is only out of"
        + " sight (not mounted, or elsewhere), and a new, empty one would take its place unseen.";
    consent.require(session(), warning, where, look(settings.place()));
  }

  private static String look(Place place) {
    return switch (place) {
      case Place.Directory(var path) -> "findmnt -T " + path + "    (is it mounted?)";
      case Place.Bucket _ -> "check bucket, prefix and endpoint in aegis.yaml";
    };
  }

  private static String shown(Place place) {
    return switch (place) {
      case Place.Directory(var path) -> path.toString();
      case Place.Bucket bucket -> "s3://" + bucket.name() + "/" + bucket.prefix();
    };
  }

  private static Path keyFileOf(RepositorySettings settings) {
    if (settings.key() instanceof KeySource.Kept(SecretReference.InFile(var keyFile))) {
      return keyFile;
    }
    throw new Failure.Refused(Report.of(CliCode.USAGE, "a new key can only be kept in a file")
        .why("repository.key is " + settings.key())
        .next("write repository.key: file:<path> first, then move the key to where it belongs"));
  }

  private OpenRepository made(RepositorySettings settings, Path keyFile) {
    if (Files.exists(keyFile)) {
      return OpenRepository.init(settings, read(keyFile), session().outside());
    }
    var key = KeyFiles.create(keyFile);
    try {
      return OpenRepository.init(settings, key, session().outside());
    } catch (Failure failure) {
      KeyFiles.discard(keyFile); // it opens nothing
      throw failure;
    }
  }

  private static Secret read(Path keyFile) {
    try {
      return Secret.takeOwnershipOf(Files.readAllBytes(keyFile));
    } catch (IOException e) {
      throw new Failure.Refused(
          Report.of(CliCode.FILE_UNUSABLE, "cannot read " + keyFile)
              .why(FileFault.why(e))
              .next("ls -l " + keyFile),
          e);
    }
  }

  private boolean addWords(OpenRepository open) {
    if (!session().terminal().canAsk()) {
      session()
          .remark("no recovery words were made, since nobody can write them down here;"
              + " later, on a terminal: aegis key add --words");
      return false;
    }
    open.repository().keys().add(new NewKey(session()).asWords(), "recovery words");
    return true;
  }

  private record Drafted(String file, String text) implements Answer {
    @Override
    public String kind() {
      return "Draft";
    }

    @Override
    public Json.Obj json() {
      return Json.object().with("configuration", file).with("text", text);
    }

    @Override
    public void print(Page page) {
      page.line(text.stripTrailing());
    }
  }

  private record Made(
      String file,
      String id,
      String location,
      String keyFile,
      String key,
      String words,
      Apart apart)
      implements Answer {
    @Override
    public String kind() {
      return "Initialized";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("configuration", file)
          .with("repository", id)
          .with("location", location)
          .with("keyFile", keyFile)
          .with("key", key)
          .with("recoveryWords", words)
          .with("writers", apart == Apart.PROVED ? "many" : "one")
          .with("writersProbed", apart.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void print(Page page) {
      page.line("repository " + id + " at " + location)
          .line("key file   " + keyFile + " (" + key
              + "): without it or the words, nothing can be read");
      writers(page);
      page.blank()
          .line("next: aegis doctor")
          .line("      aegis wal stream   (protects continuously, in the foreground)")
          .line("      aegis backup");
    }

    /** A store that keeps writers apart is what is expected; anything else is said aloud. */
    private void writers(Page page) {
      switch (apart) {
        case PROVED -> page.line("writers    many at a time: two of them raced, one won each time");
        case ONE_WRITER ->
          page.line(page.paint().yellow("! ")
              + "writers    one at a time: the store does not keep two of them apart; never run two"
              + " streams, backups or recoveries at once");
        case PRETENDED ->
          page.line(page.paint().red("! ")
                  + "writers    this store lets two writers overwrite one another")
              .line("           write 'writers: one' below 'repository:' in " + file
                  + " before anything else, and never let two write at once");
      }
    }
  }
}
