package io.aegis.storage.s3;

import io.aegis.storage.S3Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;

/** The SDK's client, set so that it does one thing: one request, once, within bounds. */
final class Clients {
  private static final Duration CONNECTING = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 64;

  private Clients() {}

  static S3Client of(S3Settings settings) {
    var builder = S3Client.builder()
        .region(Region.of(settings.region()))
        .credentialsProvider(credentials(settings.credentials()))
        .httpClientBuilder(new UndrainedHttpClient.Builder(http(settings)))
        .overrideConfiguration(each ->
            each.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(settings.patience()))
        // Trailing checksums and signed chunks are Amazon's own dialect: Ceph, R2, GCS refuse them.
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .serviceConfiguration(
            S3Configuration.builder().chunkedEncodingEnabled(false).build());
    if (settings.endpoint() instanceof S3Settings.Endpoint.Custom(var address, var addressing)) {
      builder.endpointOverride(address).forcePathStyle(addressing == S3Settings.Addressing.PATH);
    }
    return builder.build();
  }

  private static SdkHttpClient.Builder<?> http(S3Settings settings) {
    return Apache5HttpClient.builder()
        .connectionTimeout(CONNECTING)
        .connectionAcquisitionTimeout(settings.patience())
        .socketTimeout(SILENCE)
        .maxConnections(CONNECTIONS)
        .tcpKeepAlive(true);
  }

  private static AwsCredentialsProvider credentials(S3Settings.Credentials credentials) {
    return switch (credentials) {
      case S3Settings.Credentials.Ambient _ ->
        DefaultCredentialsProvider.builder().build();
      case S3Settings.Credentials.Keys(var id, var secret) ->
        StaticCredentialsProvider.create(AwsBasicCredentials.create(
            id, secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8))));
    };
  }
}
