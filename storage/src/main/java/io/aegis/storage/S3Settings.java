package io.aegis.storage;

import io.aegis.kernel.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Where an S3 store is and how it is spoken to.
 *
 * @param prefix what the keys of all objects begin with, without the slash that follows; empty for
 *     the whole bucket
 * @param patience the longest one request may take, the transfer of 64 MiB included
 */
public record S3Settings(
    String bucket,
    String prefix,
    String region,
    Endpoint endpoint,
    Credentials credentials,
    Writers writers,
    Duration patience) {

  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}");

  public S3Settings {
    if (!BUCKET.matcher(bucket).matches()) {
      throw new IllegalArgumentException("not the name of a bucket: " + bucket);
    }
    if (!prefix.isEmpty() && !ObjectKey.isValid(prefix)) {
      throw new IllegalArgumentException("not a prefix for a store: " + prefix);
    }
    if (region.isBlank()) {
      throw new IllegalArgumentException("a region must be named, if only us-east-1");
    }
    if (!patience.isPositive()) {
      throw new IllegalArgumentException("a request needs some time, not " + patience);
    }
  }

  /** A whole bucket at Amazon, with the credentials of the environment. */
  public static S3Settings amazon(String bucket, String region) {
    return new S3Settings(
        bucket,
        "",
        region,
        new Endpoint.Amazon(),
        new Credentials.Ambient(),
        Writers.MANY,
        Duration.ofMinutes(10));
  }

  public S3Settings withPrefix(String below) {
    return new S3Settings(bucket, below, region, endpoint, credentials, writers, patience);
  }

  public S3Settings at(Endpoint other) {
    return new S3Settings(bucket, prefix, region, other, credentials, writers, patience);
  }

  public S3Settings with(Credentials other) {
    return new S3Settings(bucket, prefix, region, endpoint, other, writers, patience);
  }

  public S3Settings with(Writers other) {
    return new S3Settings(bucket, prefix, region, endpoint, credentials, other, patience);
  }

  public S3Settings withPatience(Duration other) {
    return new S3Settings(bucket, prefix, region, endpoint, credentials, writers, other);
  }

  /** Whose S3 it is. */
  public sealed interface Endpoint {
    /** Amazon's, found by the region. */
    record Amazon() implements Endpoint {}

    /** Somebody else's, such as {@code https://minio.example:9000}. */
    record Custom(URI address, Addressing addressing) implements Endpoint {
      public Custom {
        if (address.getHost() == null || address.getScheme() == null) {
          throw new IllegalArgumentException("an endpoint is scheme://host[:port]: " + address);
        }
        if (address.getUserInfo() != null) {
          throw new IllegalArgumentException("an endpoint must not carry credentials");
        }
      }
    }
  }

  /** Where a request names the bucket. */
  public enum Addressing {
    /** {@code https://host/bucket/key}: what most servers other than Amazon's want. */
    PATH,
    /** {@code https://bucket.host/key} */
    VIRTUAL_HOST
  }

  /** Who is asking. */
  public sealed interface Credentials {
    /** What Amazon's tools would use here: environment, profile, container or instance role. */
    record Ambient() implements Credentials {}

    record Keys(String accessKeyId, Secret secretAccessKey) implements Credentials {}
  }

  /** Whether the store keeps racing writers apart, as a probe with two racers finds out. */
  public enum Writers {
    /** The server honours {@code If-None-Match: *}. */
    MANY,
    /** It does not: existence is asked for first, and only one writer at a time is safe. */
    ONE
  }
}
