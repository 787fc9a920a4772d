package io.aegis.storage.testing;

import io.aegis.kernel.testing.FreePort;
import io.aegis.kernel.testing.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real S3 server (SeaweedFS) of its own for a test: on free loopback ports, in a temporary
 * directory, with its own credentials. Ready after some three seconds, so share one in a class and
 * take a fresh bucket in each test. Everything in it is gone with {@link #close}.
 */
public final class S3Server implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String ACCESS_KEY = "aegis-test";
  private static final String SECRET_KEY = "aegis-test-secret";
  private static final String REGION = "us-east-1";
  private static final List<String> PORTS = List.of(
      "master.port",
      "master.port.grpc",
      "volume.port",
      "volume.port.grpc",
      "filer.port",
      "filer.port.grpc",
      "s3.port",
      "s3.port.grpc");

  private final Path directory;
  private final Map<String, Integer> ports;
  private final Process process;
  private final Thread lastResort;
  private final AtomicInteger buckets = new AtomicInteger();

  private S3Server(Path directory) throws IOException {
    this.directory = directory;
    ports = PORTS.stream().collect(Collectors.toMap(name -> name, _ -> FreePort.next()));
    process = new ProcessBuilder(command())
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .directory(directory.toFile())
        .start();
    lastResort = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  /** Starts one and waits until it has taken an object; skips the test if the part is absent. */
  public static S3Server start() {
    Parts.require("s3-server");
    try {
      var directory = Files.createTempDirectory("aegis-s3-");
      Files.createDirectory(directory.resolve("volumes"));
      Files.writeString(
          directory.resolve("identities.json"), """
          {"identities": [{
            "name": "test",
            "credentials": [{"accessKey": "%s", "secretKey": "%s"}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"]
          }]}
          """.formatted(ACCESS_KEY, SECRET_KEY));
      var server = new S3Server(directory);
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the S3 server", e);
    }
  }

  /** Where it listens: {@code http://127.0.0.1:…}, to be used with path-style addresses. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + ports.get("s3.port"));
  }

  public String accessKey() {
    return ACCESS_KEY;
  }

  public String secretKey() {
    return SECRET_KEY;
  }

  /** Any region will do; this one is what clients are told. */
  public String region() {
    return REGION;
  }

  /** Makes an empty bucket and returns its name. */
  public String newBucket() {
    var name = "test-" + buckets.incrementAndGet();
    try (var client = client()) {
      client.createBucket(request -> request.bucket(name));
    }
    return name;
  }

  /** A plain client, for looking at or spoiling what the code under test has stored. */
  public S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .region(Region.of(REGION))
        .forcePathStyle(true)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
        .build();
  }

  /** The server's process, for tests that freeze or kill it. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** What it keeps, its log included. */
  Path directory() {
    return directory;
  }

  /** Kills it, since a tidy shutdown takes ten seconds, and removes all it kept. */
  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      Runtime.getRuntime().removeShutdownHook(lastResort);
      removeDirectory();
      removeSockets();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> command() {
    var command = new ArrayList<String>();
    command.add(Parts.require("s3-server").resolve("bin/weed").toString());
    command.addAll(List.of("-logtostderr", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"));
    command.addAll(List.of("-dir=" + directory.resolve("volumes"), "-master.telemetry=false"));
    command.addAll(List.of("-master.volumeSizeLimitMB=256", "-volume.max=500", "-filer", "-s3"));
    command.addAll(List.of("-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"));
    command.add("-s3.config=" + directory.resolve("identities.json"));
    ports.forEach((name, port) -> command.add("-" + name + "=" + port));
    return command;
  }

  private void awaitReady() throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (var client = client()) {
      while (!takesAnObject(client)) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          var log = Files.readString(log());
          close();
          throw new AssertionError("the S3 server did not come up:\n" + log);
        }
      }
    }
  }

  /** The S3 port answers before the volumes behind it can be written. */
  private static boolean takesAnObject(S3Client client) {
    try {
      client.createBucket(request -> request.bucket("ready"));
      client.putObject(
          request -> request.bucket("ready").key("probe"), RequestBody.fromString("1"));
      client.deleteObject(request -> request.bucket("ready").key("probe"));
      client.deleteBucket(request -> request.bucket("ready"));
      return true;
    } catch (SdkException notYet) {
      return false;
    }
  }

  private Path log() {
    return directory.resolve("server.log");
  }

  private void removeDirectory() throws IOException {
    try (var tree = Files.walk(directory)) {
      for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The server makes sockets in /tmp named after its ports, whatever its directory is. */
  private void removeSockets() throws IOException {
    for (int port : ports.values()) {
      try (var made = Files.newDirectoryStream(Path.of("/tmp"), "seaweedfs-*-" + port + ".sock")) {
        for (var socket : made) {
          Files.deleteIfExists(socket);
        }
      }
    }
  }
}
