package io.aegis.app;

import io.aegis.app.Configuration.KeySource;
import io.aegis.app.Configuration.Place;
import io.aegis.app.Configuration.RepositorySettings;
import io.aegis.app.wiring.CrashPoint;
import io.aegis.app.wiring.MilestoneList;
import io.aegis.app.wiring.SecretReader;
import io.aegis.app.wiring.StoreWiring;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Milestones;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import io.aegis.kernel.TimeSource;
import io.aegis.postgres.BaseBackups;
import io.aegis.postgres.DatabaseLoss;
import io.aegis.postgres.DatabaseSteps;
import io.aegis.postgres.RunningServer;
import io.aegis.postgres.WalProtection;
import io.aegis.recovery.Estimates;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Plan;
import io.aegis.recovery.StepCatalog;
import io.aegis.repository.ComponentName;
import io.aegis.repository.Ports;
import io.aegis.repository.Repositories;
import io.aegis.repository.Repository;
import io.aegis.repository.RepositoryCode;
import io.aegis.repository.Unlock;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.Stores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A repository together with the store below it; both are closed with this. */
public record OpenRepository(Repository repository, Ports ports, ObjectStore store)
    implements AutoCloseable {

  /** 24 words are typed unseen: a slip among them is likely. */
  private static final int TRIES = 3;

  /**
   * Opens the repository with the key that the settings refer to, or that somebody types.
   *
   * @throws io.aegis.kernel.Failure.Refused if there is none, or the key is another one's
   */
  public static OpenRepository open(RepositorySettings settings, Outside outside) {
    return switch (settings.key()) {
      case KeySource.Kept(var reference) -> {
        try (var key = new SecretReader(outside.around()).read(reference)) {
          yield open(settings.place(), Unlock.of(key), outside);
        }
      }
      case KeySource.Typed() -> openAsking(settings.place(), outside);
    };
  }

  private static OpenRepository openAsking(Place place, Outside outside) {
    return with(place, outside, (store, ports) -> {
      Repositories.requireAt(store);
      return byTyping(store, ports, new Question(place, outside.holder()));
    });
  }

  private record Question(Place place, KeyHolder holder) {
    Secret ask() {
      return holder.ask(place);
    }
  }

  private static Repository byTyping(ObjectStore store, Ports ports, Question question) {
    for (int left = TRIES; ; left--) {
      try (var key = question.ask()) {
        return Repositories.open(store, Unlock.of(key), ports);
      } catch (Failure.Refused refused) {
        if (left == 1 || !isAboutTheKey(refused)) {
          throw refused;
        }
        question.holder().toldWrong(refused);
      }
    }
  }

  private static boolean isAboutTheKey(Failure.Refused refused) {
    return refused.code() == RepositoryCode.WRONG_KEY
        || refused.code() == RepositoryCode.MALFORMED_KEY;
  }

  /**
   * The world as a repository meets it.
   *
   * @param holder asked for the key where none is set
   */
  public record Outside(Surroundings around, TimeSource time, KeyHolder holder) {
    public Outside(Surroundings around, TimeSource time) {
      this(around, time, KeyHolder.NOBODY);
    }

    Milestones milestones() {
      String crash = around.variables().get("AEGIS_CRASH_AT");
      String list = around.variables().get("AEGIS_MILESTONES");
      if (crash != null) {
        return CrashPoint.parse(crash);
      }
      return list == null
          ? Milestones.UNWATCHED
          : new MilestoneList(around.directory().resolve(list));
    }
  }

  /** The server that an execution which was given up has left running here, not opened. */
  public Optional<RunningServer> leftRunning(Plan plan) {
    return new DatabaseLoss(repository, Estimates.in(repository.records()), ports)
        .leftRunning(plan);
  }

  /** Opens it with whatever opens one of its slots: recovery words, on a bare machine. */
  public static OpenRepository open(Place place, Unlock unlock, Outside outside) {
    return with(place, outside, (store, ports) -> Repositories.open(store, unlock, ports));
  }

  /**
   * Makes a repository in an empty place.
   *
   * @param keyFile the content of the key file of its first slot
   */
  public static OpenRepository init(RepositorySettings settings, Secret keyFile, Outside outside) {
    var unlock = new Unlock.KeyFile(keyFile);
    return with(
        settings.place(), outside, (store, ports) -> Repositories.init(store, unlock, ports));
  }

  /**
   * Looks whether a repository could be made there.
   *
   * @throws io.aegis.kernel.Failure.Refused if anything is there already
   */
  public static void requireEmpty(Place place, Outside outside) {
    var ports = new Ports(outside.time(), Entropy.secure(), Milestones.UNWATCHED);
    try (var store = new StoreWiring(new SecretReader(outside.around()), ports).open(place)) {
      Repositories.requireEmpty(store);
    }
  }

  @FunctionalInterface
  private interface Opening {
    Repository by(ObjectStore store, Ports ports);
  }

  private static OpenRepository with(Place place, Outside outside, Opening opening) {
    var milestones = watched(outside);
    var ports = new Ports(outside.time(), Entropy.secure(), milestones);
    var store = new StoreWiring(new SecretReader(outside.around()), ports).open(place);
    try {
      return new OpenRepository(opening.by(store, ports), ports, store);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static Milestones watched(Outside outside) {
    try {
      return outside.milestones();
    } catch (IllegalArgumentException e) {
      throw new Failure.Refused(
          Report.of(AppCode.CONFIG_FAULTY, "AEGIS_CRASH_AT cannot be understood")
              .why(String.valueOf(e.getMessage()))
              .safe("nothing was started")
              .next(
                  "unset AEGIS_CRASH_AT",
                  "AEGIS_CRASH_AT=restore.control-written:1 aegis resume …"),
          e);
    }
  }

  /** Whether the store keeps racing writers apart, and whether it says so. */
  public enum Apart {
    /** Two writers raced, and one of them won each time. */
    PROVED,
    /** The store says itself that it does not, or the settings say it for the store. */
    ONE_WRITER,
    /** It took both for the winner: what one wrote the other overwrote. */
    PRETENDED
  }

  /** Lets two writers race for objects that are gone afterwards. */
  public Apart probeWriters() {
    if (!store.capabilities().conditionalPut()) {
      return Apart.ONE_WRITER;
    }
    return Stores.probe(store, ports.entropy()).conditionalPut() ? Apart.PROVED : Apart.PRETENDED;
  }

  /** The kinds of steps that can be run here; a plan from a file may ask for no other ones. */
  public StepCatalog catalog() {
    return StepCatalog.of(DatabaseSteps.in(repository, ports));
  }

  /** The executions that this repository keeps; they can be looked at, led and ended from here. */
  public Executions executions(Surroundings around) {
    return executions(around, Executions.USUAL_ESCALATION);
  }

  /**
   * The same, to be led.
   *
   * @param escalateAfter after how long a wait for people is said aloud
   */
  public Executions executions(Surroundings around, Duration escalateAfter) {
    return Executions.in(
        new Executions.Ports(
            repository.records(),
            repository.register(),
            localState(around).resolve("journal"),
            ports.time(),
            ports.entropy(),
            ports.milestones(),
            escalateAfter),
        catalog());
  }

  /**
   * What the register cannot tell any more, for people who take or plan something now. They go on
   * with what can be read (rule R11).
   */
  public List<String> registerWarnings() {
    return repository.register().reading().faults().values().stream()
        .map(fault -> fault.report().headline()
            + ": whether what it spoke of, a snapshot for instance, is missing can no longer be"
            + " told (aegis repo check)")
        .toList();
  }

  /**
   * How well the log of a database is kept.
   *
   * @param component whose snapshots tell what a hole costs; none where nobody declared it here
   */
  public WalProtection log(Optional<ComponentName> component) {
    var backups =
        component.map(name -> new BaseBackups(repository, name, ports).list()).orElseGet(List::of);
    return new WalProtection(repository, backups);
  }

  /** Where this account keeps what may be lost: by the XDG rules, {@code ~/.local/state/aegis}. */
  private static Path localState(Surroundings around) {
    String told = around.variables().getOrDefault("XDG_STATE_HOME", "");
    Path state = told.isEmpty() ? around.home().resolve(".local/state") : Path.of(told);
    return state.resolve("aegis");
  }

  @Override
  public void close() {
    repository.close();
    store.close();
  }
}
