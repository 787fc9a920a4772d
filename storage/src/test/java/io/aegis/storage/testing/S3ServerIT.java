package io.aegis.storage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.testing.RequiresPart;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

@RequiresPart("s3-server")
final class S3ServerIT {
  @Test
  void it_keeps_objects_refuses_to_overwrite_when_asked_to_and_leaves_nothing() {
    ProcessHandle process;
    Path directory;
    try (var server = S3Server.start();
        var client = server.client()) {
      process = server.process();
      directory = server.directory();
      var bucket = server.newBucket();
      client.putObject(
          request -> request.bucket(bucket).key("a/b").ifNoneMatch("*"),
          RequestBody.fromString("first"));
      assertThatThrownBy(() -> client.putObject(
              request -> request.bucket(bucket).key("a/b").ifNoneMatch("*"),
              RequestBody.fromString("second")))
          .isInstanceOfSatisfying(
              S3Exception.class, refusal -> assertThat(refusal.statusCode()).isEqualTo(412));
      assertThat(client
              .getObjectAsBytes(request -> request.bucket(bucket).key("a/b").range("bytes=1-3"))
              .asUtf8String())
          .isEqualTo("irs");
      assertThat(server.newBucket()).isNotEqualTo(bucket);
    }
    assertThat(process.isAlive()).isFalse();
    assertThat(directory).doesNotExist();
  }
}
