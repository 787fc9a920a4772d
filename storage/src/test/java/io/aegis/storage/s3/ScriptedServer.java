package io.aegis.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.aegis.kernel.Secret;
import io.aegis.storage.S3Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An HTTP server that says what a test wants S3 to say; for what no real one can be made to do. */
final class ScriptedServer implements AutoCloseable {
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  ScriptedServer(HttpServer http, Answer answer) {
    this.http = http;
    http.setExecutor(threads);
    http.createContext("/", exchange -> {
      try (exchange) {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        exchange.getRequestBody().readAllBytes();
        answer.to(exchange);
      }
    });
    http.start();
  }

  static ScriptedServer answering(Answer answer) throws IOException {
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new ScriptedServer(HttpServer.create(loopback, 0), answer);
  }

  /** One that speaks TLS, but whose certificate it made itself. */
  static ScriptedServer withSelfSignedCertificate(Path temporary)
      throws IOException, GeneralSecurityException, InterruptedException {
    var store = temporary.resolve("server.p12");
    var made = new ProcessBuilder(
            System.getProperty("java.home") + "/bin/keytool",
            "-genkeypair",
            "-alias",
            "server",
            "-keyalg",
            "EC",
            "-dname",
            "CN=127.0.0.1",
            "-ext",
            "san=ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-storepass",
            "changeit",
            "-keystore",
            store.toString())
        .inheritIO()
        .start();
    if (made.waitFor() != 0) {
      throw new IOException("keytool could not make a certificate");
    }
    var password = "changeit".toCharArray();
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(KeyStore.getInstance(store.toFile(), password), password);
    var tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    var https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new ScriptedServer(https, exchange -> answer(exchange, 200, ""));
  }

  /** Every request gets this error, as S3 words it. */
  static ScriptedServer failing(int status, String code) throws IOException {
    return answering(exchange -> error(exchange, status, code));
  }

  static void error(HttpExchange exchange, int status, String code) throws IOException {
    var xml = "<Error><Code>" + code + "</Code><Message>as scripted</Message>"
        + "<RequestId>REQ7</RequestId></Error>";
    answer(exchange, status, exchange.getRequestMethod().equals("HEAD") ? "" : xml);
  }

  static void answer(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  S3Store store() {
    return new S3Store(settings());
  }

  String address() {
    return address("http");
  }

  String address(String scheme) {
    return scheme + "://127.0.0.1:" + http.getAddress().getPort();
  }

  S3Settings settings() {
    return settings(address());
  }

  static S3Settings settings(String endpoint) {
    return S3Settings.amazon("bucket", "us-east-1")
        .at(new S3Settings.Endpoint.Custom(URI.create(endpoint), S3Settings.Addressing.PATH))
        .with(new S3Settings.Credentials.Keys("id", Secret.ofText("secret")))
        .withPatience(Duration.ofSeconds(20));
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
