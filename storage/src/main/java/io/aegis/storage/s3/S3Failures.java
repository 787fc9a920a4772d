package io.aegis.storage.s3;

import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.storage.Location;
import io.aegis.storage.S3Settings;
import io.aegis.storage.StorageCode;
import io.aegis.storage.failure.StoreFailures;
import java.util.Objects;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What S3's answers mean for the person who has to act on them. Codes: "Error responses", Amazon S3
 * API Reference; the statuses decide for servers with codes of their own.
 */
final class S3Failures {
  private static final String UNHARMED =
      "objects stored before are as they were; a new one is there wholly or not at all";

  private final Location location;
  private final S3Settings settings;
  private final ConnectionFailures connection;

  S3Failures(Location location, S3Settings settings) {
    this.location = location;
    this.settings = settings;
    this.connection = new ConnectionFailures();
  }

  Failure explain(String action, SdkException e) {
    if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      return StoreFailures.interrupted(location, action, e);
    }
    var what = action + " in " + location + " failed";
    return e instanceof S3Exception answer
        ? explainAnswer(what, answer)
        : connection.explain(what, e);
  }

  /** S3's word for it; empty where the answer had none, as to HEAD. */
  static String codeOf(S3Exception e) {
    var details = e.awsErrorDetails();
    return details == null ? "" : Objects.requireNonNullElse(details.errorCode(), "");
  }

  private Failure explainAnswer(String what, S3Exception e) {
    return switch (codeOf(e)) {
      case "NoSuchBucket" -> noBucket(what, e);
      case "RequestTimeTooSkewed", "RequestExpired" -> skewed(what, e);
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken" ->
        badCredentials(what, e);
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" -> wrongRegion(what, e);
      case "SlowDown",
          "Throttling",
          "ThrottlingException",
          "RequestLimitExceeded",
          "OperationAborted",
          "ConditionalRequestConflict" -> busy(what, e);
      case "RequestTimeout" -> connection.timedOut(what, e);
      case "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded" -> full(what, e);
      default -> explainStatus(what, e);
    };
  }

  private Failure explainStatus(String what, S3Exception e) {
    return switch (e.statusCode()) {
      case 301, 307 -> wrongRegion(what, e);
      case 401, 403 -> denied(what, e);
      case 404 -> noBucket(what, e);
      case 409, 429, 503 -> busy(what, e);
      case 502, 504 -> connection.timedOut(what, e);
      case 507 -> full(what, e);
      case 501 -> rejected(what, e);
      default -> e.statusCode() >= 500 ? failing(what, e) : rejected(what, e);
    };
  }

  private Failure noBucket(String what, S3Exception e) {
    return new Failure.Refused(
        Report.of(StorageCode.STORE_ABSENT, what)
            .why("there is no bucket " + settings.bucket() + wordsOf(e))
            .next(
                "check the bucket's name, the region (" + settings.region() + ") and the endpoint",
                "create the bucket if it is meant to be new"),
        e);
  }

  private Failure skewed(String what, S3Exception e) {
    return new Failure.Refused(
        Report.of(StorageCode.CLOCK_SKEWED, what)
            .why("the store's clock and this machine's are too far apart" + wordsOf(e))
            .next("chronyc tracking", "timedatectl set-ntp true"),
        e);
  }

  private Failure badCredentials(String what, S3Exception e) {
    return new Failure.Refused(
        Report.of(StorageCode.ACCESS_DENIED, what)
            .why("the store does not know these credentials" + wordsOf(e))
            .next("check the access key and its secret, and that they have not expired"),
        e);
  }

  private Failure denied(String what, S3Exception e) {
    return new Failure.Refused(
        Report.of(StorageCode.ACCESS_DENIED, what)
            .why("the credentials are valid for something else, or lack a permission" + wordsOf(e))
            .next("grant s3:GetObject, s3:PutObject, s3:DeleteObject on " + location + "/* and"
                + " s3:ListBucket on the bucket (without it, what is missing looks forbidden)"),
        e);
  }

  private Failure wrongRegion(String what, S3Exception e) {
    return new Failure.Refused(
        Report.of(StorageCode.STORE_REJECTS, what)
            .why("the bucket is in another region than " + settings.region() + wordsOf(e))
            .next("aws s3api get-bucket-location --bucket " + settings.bucket()),
        e);
  }

  private Failure busy(String what, S3Exception e) {
    return new Failure.Unavailable(
        Report.of(StorageCode.STORE_BUSY, what)
            .why("the store asks for fewer requests" + wordsOf(e))
            .safe(UNHARMED)
            .next("repeat the command later, or with fewer workers"),
        e);
  }

  private Failure full(String what, S3Exception e) {
    return new Failure.Unavailable(
        Report.of(StorageCode.STORE_FULL, what)
            .why("the store has no room left" + wordsOf(e))
            .safe("everything stored before is intact; nothing half-written is left behind")
            .next("enlarge the store or its quota, then repeat the command"),
        e);
  }

  private Failure failing(String what, S3Exception e) {
    return new Failure.Unavailable(
        Report.of(StorageCode.STORE_FAILING, what)
            .why("the store reports an error of its own" + wordsOf(e))
            .safe(UNHARMED)
            .next("look at the store's health and log", "repeat the command"),
        e);
  }

  private Failure rejected(String what, S3Exception e) {
    return new Failure.Refused(
        Report.of(StorageCode.STORE_REJECTS, what)
            .why("the store does not accept such a request" + wordsOf(e))
            .next(
                "check endpoint, region and addressing (path or virtual host)",
                "if the store does not know If-None-Match, declare it as having one writer"),
        e);
  }

  private static String wordsOf(S3Exception e) {
    var details = e.awsErrorDetails();
    var said = details == null || details.errorMessage() == null ? "" : details.errorMessage();
    return ": " + (said + " [" + e.statusCode() + " " + codeOf(e)).strip()
        + (e.requestId() == null ? "]" : ", request " + e.requestId() + "]");
  }
}
