package io.aegis.app.wiring;

import io.aegis.app.Configuration.Access;
import io.aegis.app.Configuration.Addressing;
import io.aegis.app.Configuration.Endpoint;
import io.aegis.app.Configuration.Place;
import io.aegis.app.Configuration.Writers;
import io.aegis.repository.Ports;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.RetryPolicy;
import io.aegis.storage.S3Settings;
import io.aegis.storage.Stores;
import java.nio.charset.StandardCharsets;

/** Makes the store that a place names. */
public record StoreWiring(SecretReader secrets, Ports ports) {

  public ObjectStore open(Place place) {
    ObjectStore plain = switch (place) {
      case Place.Directory(var path) -> Stores.directory(path);
      case Place.Bucket bucket -> Stores.s3(settings(bucket));
    };
    var crashing = Stores.crashing(plain, ports.milestones());
    return Stores.retrying(crashing, RetryPolicy.STANDARD, ports.time(), ports.entropy());
  }

  private S3Settings settings(Place.Bucket bucket) {
    var settings = S3Settings.amazon(bucket.name(), bucket.region()).withPrefix(bucket.prefix());
    settings = settings.with(writers(bucket.writers()));
    settings = switch (bucket.endpoint()) {
      case Endpoint.Amazon() -> settings;
      case Endpoint.Custom(var address, var addressing) ->
        settings.at(new S3Settings.Endpoint.Custom(address, addressing(addressing)));
    };
    return switch (bucket.access()) {
      case Access.Ambient() -> settings;
      case Access.Keys(var id, var secret) -> {
        try (var readId = secrets.read(id)) {
          String name = readId.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
          yield settings.with(new S3Settings.Credentials.Keys(name, secrets.read(secret)));
        }
      }
    };
  }

  private static S3Settings.Writers writers(Writers writers) {
    return switch (writers) {
      case MANY -> S3Settings.Writers.MANY;
      case ONE -> S3Settings.Writers.ONE;
    };
  }

  private static S3Settings.Addressing addressing(Addressing addressing) {
    return switch (addressing) {
      case PATH -> S3Settings.Addressing.PATH;
      case VIRTUAL_HOST -> S3Settings.Addressing.VIRTUAL_HOST;
    };
  }
}
