package io.aegis.storage.s3;

import io.aegis.kernel.Failure;
import io.aegis.kernel.TaskScope;
import io.aegis.storage.Body;
import io.aegis.storage.Capabilities;
import io.aegis.storage.Location;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.S3Settings;
import io.aegis.storage.failure.StoreFailures;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * One S3 object an object, its key after the store's prefix. Invariants:
 *
 * <ul>
 *   <li>Every put carries {@code If-None-Match: *}: a server that knows it never replaces anything.
 *   <li>"Not there" is only said of an object once the bucket is known to be there.
 *   <li>A request is made once.
 * </ul>
 */
public final class S3Store implements ObjectStore {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  private final S3Settings settings;
  private final Location location;
  private final String root;
  private final S3Client client;
  private final S3Failures failures;
  private volatile boolean bucketSeen;

  public S3Store(S3Settings settings) {
    this.settings = settings;
    this.root = settings.prefix().isEmpty() ? "" : settings.prefix() + "/";
    this.location = locationOf(settings);
    this.client = Clients.of(settings);
    this.failures = new S3Failures(location, settings);
  }

  private static Location locationOf(S3Settings settings) {
    var path = "s3://" + settings.bucket() + "/" + settings.prefix();
    return switch (settings.endpoint()) {
      case S3Settings.Endpoint.Amazon _ -> new Location(path);
      case S3Settings.Endpoint.Custom custom ->
        new Location(path + " at " + custom.address().getAuthority());
    };
  }

  @Override
  public Location location() {
    return location;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(settings.writers() == S3Settings.Writers.MANY);
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    if (settings.writers() == S3Settings.Writers.ONE && stat(key).isPresent()) {
      return PutOutcome.ALREADY_PRESENT;
    }
    return request("storing " + key, () -> put(key, body));
  }

  private PutOutcome put(ObjectKey key, Body body) {
    var put = PutObjectRequest.builder().bucket(settings.bucket()).key(root + key);
    if (settings.writers() == S3Settings.Writers.MANY) {
      put.ifNoneMatch("*");
    }
    try {
      client.putObject(
          put.build(),
          RequestBody.fromContentProvider(
              () -> new BodyStream(body), body.size(), "application/octet-stream"));
      return PutOutcome.CREATED;
    } catch (S3Exception e) {
      // A conflict is another writer in flight, or a delete: only what is there now tells which.
      if (e.statusCode() == PRECONDITION_FAILED
          || (e.statusCode() == CONFLICT && head(key).isPresent())) {
        return PutOutcome.ALREADY_PRESENT;
      }
      throw e;
    }
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("not a range: " + length + " bytes from " + offset);
    }
    var download = request(
            "reading " + key, () -> length == 0 ? size(key) : get(key, offset, length))
        .orElseThrow(() -> StoreFailures.missing(location, key));
    if (download.content().length < length || download.objectSize() < offset) {
      throw StoreFailures.truncated(location, key, download.objectSize(), offset + length);
    }
    return download.content();
  }

  private Optional<Download> get(ObjectKey key, long offset, int length) {
    var range = "bytes=" + offset + "-" + (offset + length - 1);
    var request = GetObjectRequest.builder()
        .bucket(settings.bucket())
        .key(root + key)
        .range(range)
        .build();
    try {
      return Optional.of(client.getObject(
          request, (response, in) -> Download.range(response, in, offset, length)));
    } catch (S3Exception e) {
      if (e.statusCode() == RANGE_NOT_SATISFIABLE) {
        return size(key);
      }
      return absentOrThrow(e);
    }
  }

  private Optional<Download> size(ObjectKey key) {
    return head(key).map(head -> Download.none(head.contentLength()));
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    var found = request("reading " + key, () -> getWhole(key));
    if (found.isPresent() && found.get().objectSize() > FIND_LIMIT.bytes()) {
      throw StoreFailures.oversized(location, key, found.get().objectSize());
    }
    return found.map(Download::content);
  }

  private Optional<Download> getWhole(ObjectKey key) {
    var request =
        GetObjectRequest.builder().bucket(settings.bucket()).key(root + key).build();
    try {
      return Optional.of(client.getObject(request, Download::whole));
    } catch (S3Exception e) {
      return absentOrThrow(e);
    }
  }

  private static <T> Optional<T> absentOrThrow(S3Exception e) {
    if (e.statusCode() == NOT_FOUND && "NoSuchKey".equals(S3Failures.codeOf(e))) {
      return Optional.empty();
    }
    throw e;
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return request("looking for " + key, () -> head(key))
        .map(head -> new ObjectStat(key, head.contentLength(), head.lastModified()));
  }

  // The answer to HEAD has no body: a missing bucket looks like a missing object.
  private Optional<HeadObjectResponse> head(ObjectKey key) {
    try {
      return Optional.of(client.headObject(h -> h.bucket(settings.bucket()).key(root + key)));
    } catch (S3Exception e) {
      if (e.statusCode() != NOT_FOUND) {
        throw e;
      }
      if (!bucketSeen) {
        client.headBucket(b -> b.bucket(settings.bucket()));
      }
      return Optional.empty();
    }
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    if (!ObjectKey.isPrefix(prefix)) {
      throw new IllegalArgumentException("not a prefix of object keys: " + prefix);
    }
    Listing.Pages pages = page -> request("listing " + prefix, () -> client.listObjectsV2(page));
    new Listing(pages, settings.bucket(), root, Listing.SMALL).list(prefix, each);
  }

  @Override
  public void delete(ObjectKey key) {
    request(
        "deleting " + key,
        () -> client.deleteObject(d -> d.bucket(settings.bucket()).key(root + key)));
  }

  /**
   * Makes one request on a virtual thread, since only there a thread blocked in a socket can be
   * interrupted.
   */
  private <T> T request(String action, Callable<T> work) {
    if (Thread.currentThread().isVirtual()) {
      return make(action, work);
    }
    try (var scope = TaskScope.waiting("s3", 1)) {
      var task = scope.fork(() -> make(action, work));
      scope.join();
      return task.result();
    } catch (InterruptedException e) {
      throw StoreFailures.interrupted(location, action, e);
    }
  }

  private <T> T make(String action, Callable<T> work) {
    try {
      T result = work.call();
      bucketSeen = true;
      return result;
    } catch (Failure e) {
      throw e;
    } catch (SdkException e) {
      throw failures.explain(action, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(action + " failed in a way the SDK never does", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
