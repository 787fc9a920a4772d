package io.aegis.storage.layer;

import io.aegis.storage.Body;
import io.aegis.storage.ForwardingStore;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StoreTraffic;
import io.aegis.storage.StoreTraffic.Request;
import java.util.Optional;
import java.util.function.Consumer;

/** Counts what passes. */
public final class CountingStore extends ForwardingStore {
  private final StoreTraffic traffic;

  public CountingStore(ObjectStore inner, StoreTraffic traffic) {
    super(inner);
    this.traffic = traffic;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    traffic.count(Request.PUT);
    var outcome = inner.putIfAbsent(key, body);
    if (outcome == PutOutcome.CREATED) {
      traffic.countStored(body.size());
    }
    return outcome;
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    traffic.count(Request.READ);
    var content = inner.read(key, offset, length);
    traffic.countRead(content.length);
    return content;
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    traffic.count(Request.FIND);
    var found = inner.find(key);
    found.ifPresent(content -> traffic.countRead(content.length));
    return found;
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    traffic.count(Request.STAT);
    return inner.stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    traffic.count(Request.LIST);
    inner.list(prefix, each);
  }

  @Override
  public void delete(ObjectKey key) {
    traffic.count(Request.DELETE);
    inner.delete(key);
  }
}
