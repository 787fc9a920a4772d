package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.storage.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3RepositoryIT {
  @TempDir
  Path directory;

  @Test
  void a_repository_lies_in_a_bucket_with_credentials_that_are_only_referred_to()
      throws IOException {
    try (var server = S3Server.start()) {
      Files.writeString(directory.resolve("secret"), server.secretKey() + "\n");
      Files.writeString(
          directory.resolve("aegis.yaml"),
          Files.readString(Path.of("../app/src/test/resources/faults/right.yaml"))
              .replace("key: file:/etc/aegis/key", """
                  key: file:aegis.key
                    endpoint: %s
                    region: %s
                    access-key: env:S3_ID
                    secret-key: cmd:cat '%s'""".formatted(
                      server.endpoint(), server.region(), directory.resolve("secret")))
              .replace("/srv/aegis", "s3://" + server.newBucket() + "/shop"));

      var made = cli(server).run("init");
      assertThat(made.exit()).as(made.err()).isZero();
      assertThat(made.out()).contains("s3://");
      assertThat(cli(server).run("key", "list").out()).contains("key-file");
      assertThat(cli(server).run("config", "show").out())
          .contains("cmd:cat")
          .doesNotContain(server.secretKey());
    }
  }

  @Test
  void a_store_for_one_writer_at_a_time_is_said_aloud() throws IOException {
    // Red when: InitCommand does not ask probeWriters.
    try (var server = S3Server.start()) {
      Files.writeString(
          directory.resolve("aegis.yaml"),
          Files.readString(Path.of("../app/src/test/resources/faults/right.yaml"))
              .replace(
                  "key: file:/etc/aegis/key", """
                  key: file:aegis.key
                    endpoint: %s
                    region: %s
                    writers: one
                    access-key: env:S3_ID
                    secret-key: env:S3_SECRET""".formatted(server.endpoint(), server.region()))
              .replace("/srv/aegis", "s3://" + server.newBucket() + "/shop"));

      var made = cli(server).with("S3_SECRET", server.secretKey()).run("init");

      assertThat(made.exit()).as(made.err()).isZero();
      assertThat(made.out()).contains("! writers    one at a time");
    }
  }

  private Cli cli(S3Server server) {
    return new Cli(directory).with("S3_ID", server.accessKey());
  }
}
