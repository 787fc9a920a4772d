package io.aegis.app.config;

import static io.aegis.app.config.ValueType.LOCATION;
import static io.aegis.app.config.ValueType.NAME;
import static io.aegis.app.config.ValueType.PATH;
import static io.aegis.app.config.ValueType.PORT;
import static io.aegis.app.config.ValueType.SECRET;
import static io.aegis.app.config.ValueType.SLOT;
import static io.aegis.app.config.ValueType.TEXT;
import static io.aegis.app.config.ValueType.URL;

import io.aegis.app.Configuration.Addressing;
import io.aegis.app.Configuration.Fence;
import io.aegis.app.Configuration.Writers;
import io.aegis.app.SecretReference;
import io.aegis.app.config.Key.Many;
import io.aegis.app.config.Key.Need;
import io.aegis.app.config.Key.Single;
import io.aegis.recovery.Executions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Every key of {@code aegis.yaml}, declared once: its form, its default, its meaning. */
final class Keys {
  private static final List<Key> DECLARED = new ArrayList<>();

  static final Single<String> APPLICATION = required(
      "application.name",
      NAME,
      "What is protected and recovered together. Typed to confirm a recovery.");
  static final Single<String> ENVIRONMENT = byDefault(
      "application.environment", NAME, "prod", "Which environment of the application this is.");

  static final Single<Duration> RTO = byDefault(
      "objectives.rto",
      hours(24 * 30),
      "15m",
      "The recovery time objective: how long a recovery may take, from the declaration to the last"
          + " passed verification.");
  static final Single<Duration> RPO = byDefault(
      "objectives.rpo",
      hours(24 * 30),
      "60s",
      "The recovery point objective: how much of the most recent work may be lost.");

  static final Single<LocationText> LOCATION_OF_REPOSITORY = required(
      "repository.location",
      LOCATION,
      "Where the sealed repository lies. Never on the disk that it protects.");
  static final Single<SecretReference> KEY = required(
      "repository.key",
      SECRET,
      "What opens the repository: a key file, the 24 recovery words or a passphrase; its content"
          + " tells which. Anyone who has it can read every backup. Where it is not set, words or"
          + " passphrase are asked for, if a person is at the terminal.");
  static final Single<URI> ENDPOINT =
      optional("repository.endpoint", URL, "The address of an S3 server other than Amazon's.");
  static final Single<Addressing> ADDRESSING = byDefault(
      "repository.addressing",
      ValueType.choice(Addressing.class),
      "path",
      "Where a request to that server names the bucket: in the path or in the host's name.");
  static final Single<String> REGION =
      byDefault("repository.region", TEXT, "us-east-1", "The region of the bucket.");
  static final Single<Writers> WRITERS = byDefault(
      "repository.writers",
      ValueType.choice(Writers.class),
      "many",
      "Whether the S3 server keeps racing writers apart, as 'aegis init' finds out. Where it does"
          + " not: one, and only one process may write at a time.");
  static final Single<SecretReference> ACCESS_KEY = optional(
      "repository.access-key",
      SECRET,
      "The id of the S3 credentials. Without it, what Amazon's own tools would use here.");
  static final Single<SecretReference> SECRET_KEY =
      optional("repository.secret-key", SECRET, "The secret of the S3 credentials.");

  static final Single<String> COMPONENT = required(
      "database.name", NAME, "The name of this component in snapshots, recovery points and plans.");
  static final Single<String> HOST = byDefault(
      "database.host",
      TEXT,
      "localhost",
      "The host of the server. Has no effect where database.socket is set.");
  static final Single<Path> SOCKET =
      optional("database.socket", PATH, "The directory of the server's socket, instead of a host.");
  static final Single<Integer> DATABASE_PORT = byDefault(
      "database.port", PORT, "5432", "The port of the server; also part of the socket's name.");
  static final Single<String> DATABASE = byDefault(
      "database.database",
      TEXT,
      "postgres",
      "The database to connect to. All databases of the cluster are protected.");
  static final Single<String> USER = byDefault(
      "database.user",
      TEXT,
      "postgres",
      "The role to connect as. It needs REPLICATION, pg_read_all_settings and pg_monitor, and to"
          + " execute pg_backup_start and pg_backup_stop. What a recovery does in the recovered"
          + " database it does as a superuser found there.");
  static final Single<SecretReference> PASSWORD = optional(
      "database.password",
      SECRET,
      "The password of that role. Without it: peer or trust authentication.");
  static final Single<Path> DATA_DIRECTORY = required(
      "database.data-directory",
      PATH,
      "The data directory. Snapshots are read from it, beside the running server.");
  static final Single<Path> BIN_DIRECTORY = required(
      "database.bin-directory",
      PATH,
      "The directory that holds postgres, pg_ctl and initdb of the same major version.");
  static final Single<String> SLOT_NAME = byDefault(
      "database.slot",
      SLOT,
      "aegis",
      "The physical replication slot that keeps WAL until it is durable in the repository.");
  static final Single<Duration> DURABLE_EVERY = byDefault(
      "database.durable-every",
      ValueType.duration(Duration.ofMillis(50), Duration.ofSeconds(30)),
      "500ms",
      "How often WAL that has arrived is made durable, when there is something new. Shorter loses"
          + " less and costs more requests.");
  static final Single<Integer> WORKERS = byDefault(
      "database.workers",
      ValueType.number(1, 64),
      "2",
      "How many files are captured or restored at once.");

  static final Single<Path> RECOVERY_DIRECTORY = required(
      "recovery.directory",
      PATH,
      "Where recovered data directories are made, one for each recovery. Never in place.");
  static final Single<String> ACCOUNT = optional(
      "recovery.account",
      TEXT,
      "Whose restored files become and as whom the server runs, where Aegis is root. Without it:"
          + " the owner of the lost data directory, or of what is left around it.");
  static final Single<Integer> APPROVALS = byDefault(
      "recovery.approvals",
      ValueType.number(0, 9),
      "0",
      "How many people, other than the one who started it, must approve before a recovered database"
          + " is promoted.");
  static final Single<String> APPROVER_ROLE = byDefault(
      "recovery.approver-role",
      NAME,
      "operator",
      "What those people are called in plans and evidence.");
  static final Single<Duration> ESCALATE_AFTER = byDefault(
      "recovery.escalate-after",
      ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(24)),
      Executions.USUAL_ESCALATION.toMinutes() + "m",
      "How long a step may wait for people before that is said aloud, with the contacts, and"
          + " written down; again after each such span, ten times. It stays paused: time never"
          + " approves.");
  static final Single<Fence> FENCE = byDefault(
      "recovery.fence",
      ValueType.choice(Fence.class),
      "stop",
      "How the old primary is kept from writing on: stopped by Aegis on this machine, or attested"
          + " by a person.");
  static final Single<Path> SMOKE_TEST = optional(
      "recovery.smoke-test",
      PATH,
      "A program that tries the recovered database after promotion. Exit code 0 is success; it is"
          + " given PGHOST, PGPORT, PGUSER and PGDATABASE; of Aegis' own environment only PATH,"
          + " HOME, the library path, time zone and language. What it leaves running in the"
          + " background is ended.");
  static final Single<Duration> CHECK_LIMIT = byDefault(
      "recovery.check-limit",
      ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(12)),
      "10m",
      "How long one invariant, or the smoke test, may take.");
  static final Single<String> INVARIANT_NAME =
      field("recovery.invariants[].name", TEXT, "What the check is called in evidence.");
  static final Single<String> INVARIANT_SQL = field(
      "recovery.invariants[].sql",
      TEXT,
      "A query of one row and one column, run read-only and as a superuser while the recovered"
          + " database is paused. Name tables with their schema: names are found as that superuser"
          + " finds them.");
  static final Single<String> INVARIANT_EXPECT =
      field("recovery.invariants[].expect", TEXT, "The value that it must return, as text.");
  static final Many INVARIANTS = many(
      "recovery.invariants",
      List.of(INVARIANT_NAME, INVARIANT_SQL, INVARIANT_EXPECT),
      "What has to hold in the recovered database.");

  static final Single<String> CONTACT_NAME = field("contacts[].name", TEXT, "Who.");
  static final Single<String> CONTACT_REACH =
      field("contacts[].reach", TEXT, "How they are reached: a telephone number, an address.");
  static final Many CONTACTS = many(
      "contacts",
      List.of(CONTACT_NAME, CONTACT_REACH),
      "Who is to be told; named where an execution waits for people for too long.");

  private Keys() {}

  /** Every key, in the order of the reference page. */
  static List<Key> all() {
    return List.copyOf(DECLARED);
  }

  /** The sections and what they are for. */
  static SequencedMap<String, String> sections() {
    var sections = new LinkedHashMap<String, String>();
    sections.put("application", "What is protected.");
    sections.put("objectives", "What was promised.");
    sections.put("repository", "Where everything is kept, sealed.");
    sections.put("database", "The PostgreSQL cluster, 15 to 18.");
    sections.put("recovery", "How it is brought back.");
    return sections;
  }

  private static ValueType<Duration> hours(int most) {
    return ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(most));
  }

  private static <T> Single<T> required(String path, ValueType<T> type, String meaning) {
    return declare(new Single<>(path, type, new Need.Required(), meaning));
  }

  private static <T> Single<T> optional(String path, ValueType<T> type, String meaning) {
    return declare(new Single<>(path, type, new Need.Optional(), meaning));
  }

  private static <T> Single<T> byDefault(
      String path, ValueType<T> type, String fallback, String meaning) {
    return declare(new Single<>(path, type, new Need.ByDefault(fallback), meaning));
  }

  private static <T> Single<T> field(String path, ValueType<T> type, String meaning) {
    return new Single<>(path, type, new Need.Required(), meaning);
  }

  private static Many many(String path, List<Single<?>> fields, String meaning) {
    return declare(new Many(path, fields, meaning));
  }

  private static <K extends Key> K declare(K key) {
    DECLARED.add(key);
    return key;
  }
}
