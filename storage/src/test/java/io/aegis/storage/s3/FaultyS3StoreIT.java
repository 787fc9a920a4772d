package io.aegis.storage.s3;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Secret;
import io.aegis.kernel.testing.Seeds;
import io.aegis.kernel.testing.VirtualTime;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.RetryPolicy;
import io.aegis.storage.S3Settings;
import io.aegis.storage.Stores;
import io.aegis.storage.testing.FaultPlan;
import io.aegis.storage.testing.FaultyStore;
import io.aegis.storage.testing.ObjectStoreContract;
import io.aegis.storage.testing.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A real S3 server behind an unreliable network, with retries. */
@SuppressWarnings("NullAway.Init") // the server is started before the first test
class FaultyS3StoreIT extends ObjectStoreContract {
  private static S3Server server;

  @BeforeAll
  static void startServer() {
    server = S3Server.start();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  protected ObjectStore emptyStore() {
    var keys =
        new S3Settings.Credentials.Keys(server.accessKey(), Secret.ofText(server.secretKey()));
    var settings = S3Settings.amazon(server.newBucket(), server.region())
        .at(new S3Settings.Endpoint.Custom(server.endpoint(), S3Settings.Addressing.PATH))
        .with(keys);
    var faulty = new FaultyStore(Stores.s3(settings), FaultPlan.unreliable(), Seeds.next());
    return Stores.retrying(faulty, RetryPolicy.STANDARD, new VirtualTime(), Entropy.secure());
  }
}
