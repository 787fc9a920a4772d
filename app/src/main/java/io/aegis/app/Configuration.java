package io.aegis.app;

import io.aegis.repository.ComponentName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One application as declared: complete, checked, with every default filled in. */
public record Configuration(
    Identity application,
    Objectives objectives,
    RepositorySettings repository,
    DatabaseSettings database,
    RecoverySettings recovery,
    List<Contact> contacts) {

  public Configuration {
    contacts = List.copyOf(contacts);
  }

  /** The part of it that is enough to look at what is there. */
  public Essentials essentials() {
    return new Essentials(
        application, objectives, repository, database.name(), Optional.of(database));
  }

  /**
   * What has to be declared to look at what a repository holds of an application, on whatever
   * machine.
   *
   * @param component the database's name
   * @param database the rest that is to be known of the database, where it is declared, too
   */
  public record Essentials(
      Identity application,
      Objectives objectives,
      RepositorySettings repository,
      ComponentName component,
      Optional<DatabaseSettings> database) {}

  /** What is protected, and in which of its environments. */
  public record Identity(String name, String environment) {}

  /**
   * What was promised.
   *
   * @param rto how long a recovery may take
   * @param rpo how much may be lost
   */
  public record Objectives(Duration rto, Duration rpo) {}

  /** The repository and what opens it. */
  public record RepositorySettings(Place place, KeySource key) {}

  /** Where the key is had from that opens the repository. */
  public sealed interface KeySource {
    /** From where it is kept. */
    record Kept(SecretReference reference) implements KeySource {
      @Override
      public String toString() {
        return reference.toString();
      }
    }

    /** From a person, who is asked for it. */
    record Typed() implements KeySource {}
  }

  /** Where a repository lies. */
  public sealed interface Place {
    /** In a directory. */
    record Directory(Path path) implements Place {}

    /** In an S3 bucket. */
    record Bucket(
        String name,
        String prefix,
        String region,
        Endpoint endpoint,
        Access access,
        Writers writers)
        implements Place {}
  }

  /** Whose S3 it is. */
  public sealed interface Endpoint {
    /** Amazon's. */
    record Amazon() implements Endpoint {}

    /** Any other. */
    record Custom(URI address, Addressing addressing) implements Endpoint {}
  }

  /** Where a request names the bucket. */
  public enum Addressing {
    PATH,
    VIRTUAL_HOST
  }

  /** How many may write at the same time. */
  public enum Writers {
    /** The server keeps them apart. */
    MANY,
    /** It does not; people see to it that there is one. */
    ONE
  }

  /** With whose credentials. */
  public sealed interface Access {
    /** What Amazon's tools would use here: environment, profile, instance role. */
    record Ambient() implements Access {}

    record Keys(SecretReference id, SecretReference secret) implements Access {}
  }

  /**
   * The PostgreSQL cluster that is protected.
   *
   * @param workers how many files are read at once
   */
  public record DatabaseSettings(
      ComponentName name,
      Connection connection,
      Path dataDirectory,
      Path binDirectory,
      Streaming streaming,
      int workers) {}

  /** The replication slot, and how often what arrived through it is made durable. */
  public record Streaming(String slot, Duration durableEvery) {}

  /** How the database is reached. */
  public record Connection(Address address, String database, String user, Password password) {}

  /** Over which way. */
  public sealed interface Address {
    record Tcp(String host, int port) implements Address {}

    /** By the socket file in a directory. */
    record Socket(Path directory, int port) implements Address {}
  }

  /** Whether there is a password. */
  public sealed interface Password {
    /** None: peer or trust authentication, or a {@code .pgpass}. */
    record None() implements Password {}

    record Given(SecretReference reference) implements Password {}
  }

  /**
   * How it is brought back.
   *
   * @param directory below which restored data directories are made
   * @param account whose they become where Aegis is root; empty: whoever owned what was lost
   */
  public record RecoverySettings(
      Path directory, String account, Approval approval, Fence fence, Verification verification) {}

  /**
   * Who must agree before a recovered database is promoted.
   *
   * @param count how many people other than the one who started it; 0 for nobody
   * @param escalateAfter after how long it is said aloud that they are waited for
   */
  public record Approval(int count, String role, Duration escalateAfter) {}

  /** How the old primary is kept from writing on. */
  public enum Fence {
    /** Aegis stops it where its data directory is on this machine. */
    STOP,
    /** A person says that it cannot write any more. */
    ATTESTED
  }

  /**
   * What has to hold in the recovered database.
   *
   * @param limit for each of them
   */
  public record Verification(List<Invariant> invariants, SmokeTest smokeTest, Duration limit) {
    public Verification {
      invariants = List.copyOf(invariants);
    }
  }

  /** A query and the one value that it must return. */
  public record Invariant(String name, String sql, String expect) {}

  /** A program that tries the application. */
  public sealed interface SmokeTest {
    record None() implements SmokeTest {}

    record Script(Path file) implements SmokeTest {}
  }

  /** Somebody to be told. */
  public record Contact(String name, String reach) {}
}
