package io.aegis.storage;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What went between this process and a store, filled by {@link Stores#counting}. */
public final class StoreTraffic {
  private final Map<Request, LongAdder> requests = new EnumMap<>(Request.class);
  private final LongAdder bytesStored = new LongAdder();
  private final LongAdder bytesRead = new LongAdder();

  public enum Request {
    PUT,
    READ,
    FIND,
    STAT,
    LIST,
    DELETE
  }

  public StoreTraffic() {
    for (var request : Request.values()) {
      requests.put(request, new LongAdder());
    }
  }

  /** Called once for each request, whatever becomes of it. */
  public void count(Request request) {
    adder(request).increment();
  }

  public void countStored(long bytes) {
    bytesStored.add(bytes);
  }

  public void countRead(long bytes) {
    bytesRead.add(bytes);
  }

  /** How many calls of this kind; a listing counts as one, however many pages it has. */
  public long requests(Request request) {
    return adder(request).sum();
  }

  public long requests() {
    return requests.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Bytes of objects that were really created. */
  public long bytesStored() {
    return bytesStored.sum();
  }

  public long bytesRead() {
    return bytesRead.sum();
  }

  private LongAdder adder(Request request) {
    var adder = requests.get(request);
    if (adder == null) {
      throw new IllegalStateException("every kind has a counter from the beginning: " + request);
    }
    return adder;
  }
}
