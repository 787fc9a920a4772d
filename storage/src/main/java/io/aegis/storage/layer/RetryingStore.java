package io.aegis.storage.layer;

import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure;
import io.aegis.kernel.TimeSource;
import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.RetryPolicy;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The only place where a request to a store is made again. Only {@link Failure.Unavailable} is
 * worth it: whoever is refused, or finds damage, would meet the same again.
 */
public final class RetryingStore extends ForwardingStore {
  private final Backoff.Source backoffs;

  public RetryingStore(ObjectStore inner, RetryPolicy policy, TimeSource time, Entropy entropy) {
    super(inner);
    this.backoffs = new Backoff.Source(inner.location(), policy, time, entropy);
  }

  /**
   * An attempt that failed may have stored the object all the same, its acknowledgement lost. So
   * when a retry finds the name taken, the object there is compared with the body: if it is the
   * same, it was this put that created it.
   */
  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    var backoff = backoffs.begin();
    while (true) {
      try {
        var outcome = inner.putIfAbsent(key, body);
        backoff.succeeded();
        boolean ours = outcome == PutOutcome.CREATED
            || (backoff.hasRetried() && StoredCopy.isSame(this, key, body));
        return ours ? PutOutcome.CREATED : PutOutcome.ALREADY_PRESENT;
      } catch (Failure.Unavailable e) {
        backoff.pauseAfter(e);
      }
    }
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    return untilAnswered(() -> inner.read(key, offset, length));
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    return untilAnswered(() -> inner.find(key));
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return untilAnswered(() -> inner.stat(key));
  }

  @Override
  public void delete(ObjectKey key) {
    untilAnswered(() -> {
      inner.delete(key);
      return key;
    });
  }

  /** Goes on after the last object handed out, thanks to the order; none is handed out twice. */
  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    var backoff = backoffs.begin();
    var rest = new Remainder(each, backoff);
    untilAnswered(backoff, () -> {
      inner.list(prefix, rest);
      return prefix;
    });
  }

  private <T> T untilAnswered(Supplier<T> request) {
    return untilAnswered(backoffs.begin(), request);
  }

  private static <T> T untilAnswered(Backoff backoff, Supplier<T> request) {
    while (true) {
      try {
        T answer = request.get();
        backoff.succeeded();
        return answer;
      } catch (Remainder.ConsumerFailure e) {
        throw e.failure();
      } catch (Failure.Unavailable e) {
        backoff.pauseAfter(e);
      }
    }
  }
}
