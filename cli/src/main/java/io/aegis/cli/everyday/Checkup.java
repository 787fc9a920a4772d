package io.aegis.cli.everyday;

import io.aegis.app.Application;
import io.aegis.app.ConfigReading;
import io.aegis.app.Configuration;
import io.aegis.app.Configuration.KeySource;
import io.aegis.app.Configuration.RepositorySettings;
import io.aegis.app.SecretReference;
import io.aegis.cli.frame.Session;
import io.aegis.kernel.ByteSize;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FileFault;
import io.aegis.kernel.HumanTime;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.WalProtection;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks at everything a recovery depends on, one after the other; a fault never hides the rest. */
final class Checkup {
  private static final Duration TOLERATED_SKEW = Duration.ofSeconds(2);

  private final Session session;
  private final List<Item> items = new ArrayList<>();

  /**
   * One thing that was looked at.
   *
   * @param area configuration, repository, database, protection or recovery
   */
  record Item(String area, Readiness readiness) {}

  Checkup(Session session) {
    this.session = session;
  }

  List<Item> run() throws InterruptedException {
    var reading = session.declared();
    var repository = repositoryOf(reading);
    configuration(reading);
    key(repository);
    repository();
    if (reading.faults().isEmpty()) {
      var configuration = reading.configuration();
      SharedDisk.of(configuration).forEach(advice -> items.add(new Item("repository", advice)));
      database(configuration);
      protection(configuration);
      recovery(configuration);
    }
    return List.copyOf(items);
  }

  /** Without a repository there is nothing to look at, and every fault is told at once. */
  private static RepositorySettings repositoryOf(ConfigReading reading) {
    try {
      return reading.repository();
    } catch (Failure.Refused partly) {
      reading.configuration();
      throw partly;
    }
  }

  /** Each fault stands beside what can be looked at in spite of it. */
  private void configuration(ConfigReading reading) {
    String file = reading.file().map(Path::toString).orElse("variables and options");
    if (reading.faults().isEmpty()) {
      String found = file + ", " + reading.settings().size() + " settings";
      add("configuration", Level.READY, "aegis.yaml", found, "");
    } else {
      String unseen = "database and recovery were not looked at: " + file + " has faults";
      add("configuration", Level.BLOCKING, "aegis.yaml", unseen, "aegis config validate");
    }
    reading
        .faults()
        .forEach(fault -> add(
            "configuration",
            Level.BLOCKING,
            fault.key().isEmpty() ? "file" : fault.key(),
            fault.origin() + ": " + fault.what(),
            fault.remedy()));
    reading
        .strayVariables()
        .forEach(stray ->
            add("configuration", Level.ADVICE, "variable", stray, "unset it, or correct its name"));
  }

  private void key(RepositorySettings settings) {
    if (!(settings.key() instanceof KeySource.Kept(SecretReference.InFile(var file)))) {
      return;
    }
    try {
      var others = Files.getPosixFilePermissions(file).stream()
          .filter(permission -> permission != PosixFilePermission.OWNER_READ
              && permission != PosixFilePermission.OWNER_WRITE)
          .toList();
      if (others.isEmpty()) {
        add("repository", Level.READY, "key file", file + ", for its owner only", "");
      } else {
        add(
            "repository",
            Level.ADVICE,
            "key file",
            file + " can be read by others",
            "chmod 600 " + file);
      }
    } catch (IOException e) {
      add(
          "repository",
          Level.BLOCKING,
          "key file",
          "cannot look at " + file + ": " + FileFault.why(e),
          "bring it back from where it is kept; where there never was one: aegis init");
    }
  }

  private void repository() {
    try (var open = session.openRepository()) {
      var repository = open.repository();
      add(
          "repository",
          Level.READY,
          "repository",
          repository.location() + ", opened with the key",
          "");
      long words = repository.keys().slots().stream()
          .filter(slot -> slot.kind().equals("recovery-words"))
          .count();
      if (words == 0) {
        add(
            "repository",
            Level.ADVICE,
            "recovery words",
            "there are none: who loses the key file loses everything",
            "aegis key add --words");
      }
    } catch (Failure failure) {
      add("repository", failure);
    }
  }

  private void database(Configuration configuration) throws InterruptedException {
    var cluster = Application.cluster(configuration, session.outside());
    try {
      var asked = session.time().now();
      var facts = cluster.facts();
      clock(Duration.between(asked, facts.asked()));
      cluster.readiness().forEach(readiness -> items.add(new Item("database", readiness)));
    } catch (Failure failure) {
      add("database", failure);
    }
  }

  /** What is checked above is able to protect; here is whether it does. */
  private void protection(Configuration configuration) {
    try (var open = session.openRepository()) {
      snapshots(configuration, open.repository());
      stream(configuration, open.repository());
    } catch (Failure failure) {
      unseen("snapshots", failure);
      unseen("stream", failure);
    }
  }

  private void snapshots(Configuration configuration, Repository repository) {
    try {
      var taken = repository.snapshots(configuration.essentials().component());
      if (taken.isEmpty()) {
        add(
            "protection",
            Level.ADVICE,
            "snapshots",
            "there is no snapshot yet",
            "aegis backup    (while aegis wal stream runs)");
      } else {
        add("protection", Level.READY, "snapshots", taken.size() + " taken", "");
      }
      if (continued(configuration, repository) && !taken.isEmpty()) {
        tablespaces(configuration, taken.getLast());
      }
    } catch (Failure failure) {
      unseen("snapshots", failure);
    }
  }

  private void stream(Configuration configuration, Repository repository) {
    try {
      String slot = configuration.database().streaming().slot();
      var cluster = Application.cluster(configuration, session.outside());
      items.add(new Item("protection", WalProtection.streamed(repository, cluster, slot)));
    } catch (Failure failure) {
      unseen("stream", failure);
    }
  }

  /** Of a cluster that is another one, nothing else can be compared. */
  private boolean continued(Configuration configuration, Repository repository) {
    try {
      var cluster = Application.cluster(configuration, session.outside());
      var component = configuration.essentials().component();
      var found = BaseBackups.continued(repository, component, cluster);
      items.add(new Item("protection", found));
      return found.level() != Level.BLOCKING;
    } catch (Failure failure) {
      unseen("cluster", failure);
      return false;
    }
  }

  private void tablespaces(Configuration configuration, SnapshotSummary newest) {
    try {
      var cluster = Application.cluster(configuration, session.outside());
      items.add(new Item("protection", BaseBackups.tablespaces(newest, cluster)));
    } catch (Failure failure) {
      unseen("tablespaces", failure);
    }
  }

  private void unseen(String subject, Failure failure) {
    String remedy = failure.report().next().getFirst();
    add("protection", Level.ADVICE, subject, "not looked at", remedy);
  }

  private void clock(Duration skew) {
    if (skew.abs().compareTo(TOLERATED_SKEW) > 0) {
      add(
          "database",
          Level.ADVICE,
          "clock",
          "the server's differs by " + HumanTime.of(skew),
          "synchronise both machines; times of recovery points are the server's");
    } else {
      add("database", Level.READY, "clock", "agrees with the server's", "");
    }
  }

  private void binaries(Configuration configuration) {
    var directory = configuration.database().binDirectory();
    if (Files.isExecutable(directory.resolve("postgres"))) {
      add("recovery", Level.READY, "programs", directory.toString(), "");
      var account = Application.ownership(configuration, session.time().now());
      items.add(new Item("recovery", account));
    } else {
      add(
          "recovery",
          Level.BLOCKING,
          "programs",
          "there is no postgres in " + directory,
          "set database.bin-directory; a recovery needs the same major version");
    }
  }

  private void recovery(Configuration configuration) {
    binaries(configuration);
    Path directory = configuration.recovery().directory();
    Path there = directory;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isWritable(there)) {
      add(
          "recovery",
          Level.BLOCKING,
          "place",
          "this account cannot write to " + there,
          "mkdir -p " + directory + " and give it to this account");
      return;
    }
    try {
      var free = new ByteSize(Files.getFileStore(there).getUsableSpace());
      add("recovery", Level.READY, "place", directory + ", " + free + " free", "");
    } catch (IOException e) {
      add(
          "recovery",
          Level.ADVICE,
          "place",
          "cannot tell the free space of " + there,
          "df -h " + there);
    }
  }

  private void add(String area, Failure failure) {
    var report = failure.report();
    add(
        area,
        Level.BLOCKING,
        report.code().id(),
        report.what() + (report.why().isEmpty() ? "" : ": " + report.why()),
        report.next().getFirst());
  }

  private void add(String area, Level level, String subject, String finding, String remedy) {
    items.add(new Item(area, new Readiness(level, subject, finding, remedy)));
  }
}
