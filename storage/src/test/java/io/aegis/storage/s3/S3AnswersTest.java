package io.aegis.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aegis.kernel.Failure;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StorageCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of answers that a real server gives only on its bad days. */
class S3AnswersTest {
  private static final ObjectKey KEY = new ObjectKey("packs/aa/pack");
  private static final Body BODY = Body.of("content".getBytes(UTF_8));

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, Refused, ACCESS_DENIED",
    "403, InvalidAccessKeyId, Refused, ACCESS_DENIED",
    "403, SignatureDoesNotMatch, Refused, ACCESS_DENIED",
    "400, ExpiredToken, Refused, ACCESS_DENIED",
    "401, '', Refused, ACCESS_DENIED",
    "403, RequestTimeTooSkewed, Refused, CLOCK_SKEWED",
    "404, NoSuchBucket, Refused, STORE_ABSENT",
    "301, PermanentRedirect, Refused, STORE_REJECTS",
    "400, AuthorizationHeaderMalformed, Refused, STORE_REJECTS",
    "400, InvalidArgument, Refused, STORE_REJECTS",
    "501, NotImplemented, Refused, STORE_REJECTS",
    "503, SlowDown, Unavailable, STORE_BUSY",
    "429, TooManyRequests, Unavailable, STORE_BUSY",
    "400, RequestTimeout, Unavailable, STORE_UNREACHABLE",
    "504, GatewayTimeout, Unavailable, STORE_UNREACHABLE",
    "500, InternalError, Unavailable, STORE_FAILING",
    "507, XMinioStorageFull, Unavailable, STORE_FULL",
    "403, QuotaExceeded, Unavailable, STORE_FULL",
  })
  void each_error_says_who_has_to_act(int status, String code, String kind, StorageCode expected)
      throws IOException {
    try (var server = ScriptedServer.failing(status, code);
        var store = server.store()) {
      var failure = catchThrowableOfType(Failure.class, () -> store.putIfAbsent(KEY, BODY));

      assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
      assertThat(failure.code()).isEqualTo(expected);
      assertThat(failure.report().what()).contains("packs/aa/pack", "s3://bucket/");
      assertThat(server.requests()).as("requests: retries live elsewhere").hasSize(1);
    }
  }

  @Test
  void the_words_and_the_request_id_of_the_server_are_handed_on() throws IOException {
    try (var server = ScriptedServer.failing(500, "InternalError");
        var store = server.store()) {
      assertThatExceptionOfType(Failure.Unavailable.class)
          .isThrownBy(() -> store.read(KEY, 0, 1))
          .satisfies(e ->
              assertThat(e.report().why()).contains("as scripted", "500 InternalError", "REQ7"));
    }
  }

  @Test
  void a_conflict_counts_as_present_only_if_the_object_is_there() throws IOException {
    try (var server = ScriptedServer.answering(exchange -> {
          if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", "7");
            exchange.getResponseHeaders().add("Last-Modified", "Mon, 23 Nov 2026 08:00:00 GMT");
            exchange.sendResponseHeaders(200, -1);
          } else {
            ScriptedServer.error(exchange, 409, "ConditionalRequestConflict");
          }
        });
        var store = server.store()) {
      assertThat(store.putIfAbsent(KEY, BODY)).isEqualTo(PutOutcome.ALREADY_PRESENT);
    }
  }

  @Test
  void a_conflict_about_an_object_that_is_not_there_may_be_tried_again() throws IOException {
    try (var server = ScriptedServer.answering(exchange -> {
          switch (exchange.getRequestMethod() + exchange.getRequestURI().getPath()) {
            case "PUT/bucket/packs/aa/pack" ->
              ScriptedServer.error(exchange, 409, "ConditionalRequestConflict");
            case "HEAD/bucket" -> exchange.sendResponseHeaders(200, -1);
            default -> exchange.sendResponseHeaders(404, -1);
          }
        });
        var store = server.store()) {
      assertThatExceptionOfType(Failure.Unavailable.class)
          .isThrownBy(() -> store.putIfAbsent(KEY, BODY))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_BUSY));
    }
  }

  @Test
  void a_missing_bucket_is_not_taken_for_a_missing_object_though_head_says_only_404()
      throws IOException {
    try (var server = ScriptedServer.failing(404, "NoSuchBucket");
        var store = server.store()) {
      assertThatExceptionOfType(Failure.Refused.class)
          .isThrownBy(() -> store.stat(KEY))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_ABSENT));
    }
  }

  @Test
  void an_answer_that_ends_too_early_is_unavailable_not_truncated() throws IOException {
    try (var server = ScriptedServer.answering(exchange -> {
          exchange.getResponseHeaders().add("Content-Range", "bytes 0-9/10");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().write(new byte[3]);
          exchange.getResponseBody().flush();
        });
        var store = server.store()) {
      assertThatExceptionOfType(Failure.Unavailable.class)
          .isThrownBy(() -> store.read(KEY, 0, 10))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_UNREACHABLE));
    }
  }

  @Test
  void a_server_that_ignores_ranges_still_gives_the_right_bytes() throws IOException {
    try (var server = ScriptedServer.answering(
            exchange -> ScriptedServer.answer(exchange, 200, "0123456789"));
        var store = server.store()) {
      assertThat(store.read(KEY, 3, 4)).isEqualTo("3456".getBytes(UTF_8));
      assertThatExceptionOfType(Failure.Damaged.class)
          .isThrownBy(() -> store.read(KEY, 8, 4))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.OBJECT_TRUNCATED));
    }
  }

  @Test
  void a_read_that_hangs_ends_when_its_platform_thread_is_interrupted() throws Exception {
    assertInterruptible(Thread.ofPlatform());
  }

  @Test
  void a_read_that_hangs_ends_when_its_virtual_thread_is_interrupted() throws Exception {
    assertInterruptible(Thread.ofVirtual());
  }

  private static void assertInterruptible(Thread.Builder threads) throws Exception {
    var reading = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    try (var server = ScriptedServer.answering(exchange -> {
          exchange.getResponseHeaders().add("Content-Range", "bytes 0-9/10");
          exchange.sendResponseHeaders(206, 10);
          exchange.getResponseBody().write(new byte[3]);
          exchange.getResponseBody().flush();
          reading.countDown();
          awaitQuietly(never);
        });
        var store = server.store()) {
      var thrown = new AtomicReference<Throwable>();
      var reader = threads.start(() -> {
        try {
          store.read(KEY, 0, 10);
        } catch (Failure e) {
          thrown.set(e);
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }
      });
      reading.await();
      reader.interrupt();

      assertThat(reader.join(Duration.ofSeconds(10))).isTrue();
      assertThat(thrown.get())
          .isInstanceOfSatisfying(
              Failure.Unavailable.class,
              e -> assertThat(e.code()).isEqualTo(StorageCode.REQUEST_INTERRUPTED));
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_server_that_never_answers_costs_no_more_than_the_patience() throws IOException {
    var never = new CountDownLatch(1);
    try (var server = ScriptedServer.answering(_ -> awaitQuietly(never));
        var store = new S3Store(server.settings().withPatience(Duration.ofMillis(300)))) {
      assertThatExceptionOfType(Failure.Unavailable.class)
          .isThrownBy(() -> store.find(KEY))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_UNREACHABLE));
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }

  @Test
  void a_host_that_does_not_exist_is_unreachable_and_the_endpoint_is_suspected() {
    try (var store = new S3Store(ScriptedServer.settings("http://no-such-host.invalid"))) {
      assertThatExceptionOfType(Failure.Unavailable.class)
          .isThrownBy(() -> store.find(KEY))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_UNREACHABLE))
          .satisfies(e -> assertThat(e.report().why()).contains("cannot be resolved"))
          .satisfies(e -> assertThat(e.report().next().getFirst()).contains("endpoint"));
    }
  }

  @Test
  void a_port_where_nobody_listens_is_unreachable() {
    try (var store = new S3Store(ScriptedServer.settings("http://127.0.0.1:1"))) {
      assertThatExceptionOfType(Failure.Unavailable.class)
          .isThrownBy(() -> store.find(KEY))
          .satisfies(e -> assertThat(e.report().why()).contains("nobody takes the connection"));
    }
  }

  @Test
  void a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(@TempDir Path temporary)
      throws Exception {
    try (var server = ScriptedServer.withSelfSignedCertificate(temporary);
        var store = new S3Store(ScriptedServer.settings(server.address("https")))) {
      assertThatExceptionOfType(Failure.Refused.class)
          .isThrownBy(() -> store.find(KEY))
          .satisfies(e -> assertThat(e.code()).isEqualTo(StorageCode.STORE_UNTRUSTED));
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void settings_never_show_the_secret() {
    var settings = ScriptedServer.settings("http://127.0.0.1:1");

    assertThat(settings.toString()).contains("hidden").doesNotContain("Secret[secret");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> ScriptedServer.settings("http://me:pw@host"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("pw"));
  }
}
