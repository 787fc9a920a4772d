package io.aegis.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Secret;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.S3Settings;
import io.aegis.storage.StorageCode;
import io.aegis.storage.Stores;
import io.aegis.storage.testing.ObjectStoreContract;
import io.aegis.storage.testing.S3Server;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

@SuppressWarnings("NullAway.Init") // the server is started before the first test
class S3StoreIT extends ObjectStoreContract {
  private static S3Server server;
  private String bucket;

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
    bucket = server.newBucket();
    return Stores.s3(settings(bucket));
  }

  private static S3Settings settings(String bucket) {
    return S3Settings.amazon(bucket, server.region())
        .withPrefix("below/here")
        .at(new S3Settings.Endpoint.Custom(server.endpoint(), S3Settings.Addressing.PATH))
        .with(
            new S3Settings.Credentials.Keys(server.accessKey(), Secret.ofText(server.secretKey())))
        .withPatience(Duration.ofMinutes(1));
  }

  @Test
  void objects_of_others_in_the_same_bucket_are_not_seen() {
    put("a/key", "x");
    try (var client = server.client()) {
      for (var name : new String[] {"below/here2", "below/other", "below/here/a/with space"}) {
        client.putObject(
            request -> request.bucket(bucket).key(name), RequestBody.fromString("stranger"));
      }
    }

    assertThat(list("")).containsExactly("a/key");
  }

  @Test
  void a_store_for_one_writer_looks_before_it_puts() {
    try (var single = Stores.s3(settings(bucket).with(S3Settings.Writers.ONE))) {
      assertThat(single.capabilities().conditionalPut()).isFalse();
      assertThat(single.putIfAbsent(key("key"), Body.of(new byte[1])))
          .isEqualTo(PutOutcome.CREATED);
      assertThat(single.putIfAbsent(key("key"), Body.of(new byte[2])))
          .isEqualTo(PutOutcome.ALREADY_PRESENT);
      assertThat(single.stat(key("key")).orElseThrow().size()).isEqualTo(1);
    }
  }

  // Puts are left to S3AnswersTest: this server makes the bucket when an administrator puts.
  @Test
  void a_bucket_that_does_not_exist_is_never_taken_for_an_empty_one() {
    try (var nowhere = Stores.s3(settings("no-such-bucket"))) {
      assertRefused(StorageCode.STORE_ABSENT, () -> nowhere.stat(key("key")));
      assertRefused(StorageCode.STORE_ABSENT, () -> nowhere.find(key("key")));
      assertRefused(StorageCode.STORE_ABSENT, () -> nowhere.read(key("key"), 0, 1));
      assertRefused(StorageCode.STORE_ABSENT, () -> nowhere.list("", _ -> {}));
    }
  }

  @Test
  void wrong_credentials_are_said_to_be_wrong() {
    var wrong = new S3Settings.Credentials.Keys(server.accessKey(), Secret.ofText("wrong"));
    try (var denied = Stores.s3(settings(bucket).with(wrong))) {
      assertRefused(StorageCode.ACCESS_DENIED, () -> denied.find(key("key")));
      assertRefused(StorageCode.ACCESS_DENIED, () -> denied.stat(key("key")));
    }
  }

  @Test
  void the_probe_finds_that_the_server_keeps_racing_writers_apart() {
    assertThat(Stores.probe(store, Entropy.secure()).conditionalPut()).isTrue();
    assertThat(list("")).isEmpty();
  }

  @Test
  void a_large_listing_is_in_byte_order_though_the_server_keeps_a_tree() {
    for (int i = 0; i < 3; i++) {
      put("deep/a/" + i, "x");
      put("deep/a-" + i, "x");
      put("deep/a." + i + "/x", "x");
    }
    var names = new ArrayList<String>();
    try (var client = server.client()) {
      new Listing(client::listObjectsV2, bucket, "below/here/", 2).list("deep/", each(names));
    }

    assertThat(names)
        .containsExactly(
            "deep/a-0",
            "deep/a-1",
            "deep/a-2",
            "deep/a.0/x",
            "deep/a.1/x",
            "deep/a.2/x",
            "deep/a/0",
            "deep/a/1",
            "deep/a/2");
  }

  private static Consumer<ObjectStat> each(List<String> names) {
    return stat -> names.add(stat.key().name());
  }

  @Test
  void a_server_without_tls_is_named_as_such() {
    var https = URI.create(server.endpoint().toString().replace("http:", "https:"));
    var endpoint = new S3Settings.Endpoint.Custom(https, S3Settings.Addressing.PATH);
    try (var deaf = Stores.s3(settings(bucket).at(endpoint))) {
      assertRefused(StorageCode.STORE_REJECTS, () -> deaf.find(key("key")));
    }
  }

  private static void assertRefused(StorageCode code, Runnable call) {
    assertThatExceptionOfType(Failure.Refused.class)
        .isThrownBy(call::run)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .satisfies(e -> assertThat(e.report().next()).isNotEmpty());
  }
}
