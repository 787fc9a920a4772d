package io.aegis.app.config;

import io.aegis.app.Configuration;
import io.aegis.app.Configuration.Access;
import io.aegis.app.Configuration.Address;
import io.aegis.app.Configuration.Approval;
import io.aegis.app.Configuration.Connection;
import io.aegis.app.Configuration.Contact;
import io.aegis.app.Configuration.DatabaseSettings;
import io.aegis.app.Configuration.Endpoint;
import io.aegis.app.Configuration.Essentials;
import io.aegis.app.Configuration.Identity;
import io.aegis.app.Configuration.Invariant;
import io.aegis.app.Configuration.KeySource;
import io.aegis.app.Configuration.Objectives;
import io.aegis.app.Configuration.Password;
import io.aegis.app.Configuration.Place;
import io.aegis.app.Configuration.RecoverySettings;
import io.aegis.app.Configuration.RepositorySettings;
import io.aegis.app.Configuration.SmokeTest;
import io.aegis.app.Configuration.Streaming;
import io.aegis.app.Configuration.Verification;
import io.aegis.app.config.Key.Many;
import io.aegis.app.config.Key.Single;
import io.aegis.repository.ComponentName;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Makes records of values that have no fault. */
final class Binder {
  private final Values values;

  Binder(Values values) {
    this.values = values;
  }

  Configuration configuration() {
    return new Configuration(
        identity(),
        objectives(),
        repository(),
        database(),
        recovery(),
        items(
            Keys.CONTACTS,
            i -> new Contact(
                item(Keys.CONTACT_NAME, Keys.CONTACTS, i),
                item(Keys.CONTACT_REACH, Keys.CONTACTS, i))));
  }

  /** The database is whole or is left out: half of its settings lead to no server. */
  Essentials essentials() {
    boolean whole =
        values.missing().stream().noneMatch(fault -> fault.key().startsWith("database."));
    return new Essentials(
        identity(),
        objectives(),
        repository(),
        component(),
        whole ? Optional.of(database()) : Optional.empty());
  }

  private Identity identity() {
    return new Identity(values.get(Keys.APPLICATION), values.get(Keys.ENVIRONMENT));
  }

  private Objectives objectives() {
    return new Objectives(values.get(Keys.RTO), values.get(Keys.RPO));
  }

  private ComponentName component() {
    return new ComponentName(values.get(Keys.COMPONENT));
  }

  RepositorySettings repository() {
    var key =
        values.find(Keys.KEY).<KeySource>map(KeySource.Kept::new).orElseGet(KeySource.Typed::new);
    return new RepositorySettings(place(), key);
  }

  Place place() {
    return switch (values.get(Keys.LOCATION_OF_REPOSITORY)) {
      case LocationText.InDirectory(var path) -> new Place.Directory(path);
      case LocationText.InBucket(var bucket, var prefix) ->
        new Place.Bucket(
            bucket,
            prefix,
            values.get(Keys.REGION),
            endpoint(),
            access(),
            values.get(Keys.WRITERS));
    };
  }

  private Endpoint endpoint() {
    return values
        .find(Keys.ENDPOINT)
        .<Endpoint>map(address -> new Endpoint.Custom(address, values.get(Keys.ADDRESSING)))
        .orElseGet(Endpoint.Amazon::new);
  }

  private Access access() {
    return values
        .find(Keys.ACCESS_KEY)
        .<Access>map(id -> new Access.Keys(id, values.get(Keys.SECRET_KEY)))
        .orElseGet(Access.Ambient::new);
  }

  private DatabaseSettings database() {
    return new DatabaseSettings(
        component(),
        new Connection(address(), values.get(Keys.DATABASE), values.get(Keys.USER), password()),
        values.get(Keys.DATA_DIRECTORY),
        values.get(Keys.BIN_DIRECTORY),
        new Streaming(values.get(Keys.SLOT_NAME), values.get(Keys.DURABLE_EVERY)),
        values.get(Keys.WORKERS));
  }

  private Address address() {
    int port = values.get(Keys.DATABASE_PORT);
    return values
        .find(Keys.SOCKET)
        .<Address>map(directory -> new Address.Socket(directory, port))
        .orElseGet(() -> new Address.Tcp(values.get(Keys.HOST), port));
  }

  private Password password() {
    return values
        .find(Keys.PASSWORD)
        .<Password>map(Password.Given::new)
        .orElseGet(Password.None::new);
  }

  private RecoverySettings recovery() {
    return new RecoverySettings(
        values.get(Keys.RECOVERY_DIRECTORY),
        values.find(Keys.ACCOUNT).orElse(""),
        new Approval(
            values.get(Keys.APPROVALS),
            values.get(Keys.APPROVER_ROLE),
            values.get(Keys.ESCALATE_AFTER)),
        values.get(Keys.FENCE),
        new Verification(invariants(), smokeTest(), values.get(Keys.CHECK_LIMIT)));
  }

  private List<Invariant> invariants() {
    return items(
        Keys.INVARIANTS,
        i -> new Invariant(
            item(Keys.INVARIANT_NAME, Keys.INVARIANTS, i),
            item(Keys.INVARIANT_SQL, Keys.INVARIANTS, i),
            item(Keys.INVARIANT_EXPECT, Keys.INVARIANTS, i)));
  }

  private SmokeTest smokeTest() {
    return values
        .find(Keys.SMOKE_TEST)
        .<SmokeTest>map(SmokeTest.Script::new)
        .orElseGet(SmokeTest.None::new);
  }

  private <R> List<R> items(Many many, IntFunction<R> item) {
    return IntStream.range(0, values.count(many)).mapToObj(item).toList();
  }

  private String item(Single<String> field, Many many, int index) {
    return values.get(field.at(many.path() + "[" + index + "]"));
  }
}
