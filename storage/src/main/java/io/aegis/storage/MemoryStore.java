package io.aegis.storage;

import io.aegis.kernel.TimeSource;
import io.aegis.storage.failure.StoreFailures;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/**
 * A store that forgets everything at the end of the process; for tests and simulations. The same
 * calls always have the same results; its clock is the one handed in.
 */
public final class MemoryStore implements ObjectStore {
  private final Location location;
  private final TimeSource time;
  private final ConcurrentNavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();

  private record Stored(byte[] content, Instant modified) {}

  public MemoryStore(String name, TimeSource time) {
    this.location = new Location("memory:" + name);
    this.time = time;
  }

  @Override
  public Location location() {
    return location;
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities(true);
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    refuseDirectories(key.name());
    var stored = new Stored(body.toByteArray(), time.now());
    return objects.putIfAbsent(key.name(), stored) == null
        ? PutOutcome.CREATED
        : PutOutcome.ALREADY_PRESENT;
  }

  // A directory could not keep both; a simulation must not be more forgiving than a real store.
  private void refuseDirectories(String name) {
    var inside = objects.ceilingKey(name + "/");
    if (inside != null && inside.startsWith(name + "/")) {
      throw new IllegalStateException(name + " is the directory of " + inside);
    }
    for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
      if (objects.containsKey(name.substring(0, slash))) {
        throw new IllegalStateException(name.substring(0, slash) + " is the directory of " + name);
      }
    }
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("not a range: " + length + " bytes from " + offset);
    }
    var stored = objects.get(key.name());
    if (stored == null) {
      throw StoreFailures.missing(location, key);
    }
    var content = stored.content();
    if (content.length - offset < length) {
      throw StoreFailures.truncated(location, key, content.length, offset + length);
    }
    return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    var stored = Optional.ofNullable(objects.get(key.name()));
    stored.filter(s -> s.content().length > FIND_LIMIT.bytes()).ifPresent(s -> {
      throw StoreFailures.oversized(location, key, s.content().length);
    });
    return stored.map(s -> s.content().clone());
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return Optional.ofNullable(objects.get(key.name())).map(stored -> statOf(key.name(), stored));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    if (!ObjectKey.isPrefix(prefix)) {
      throw new IllegalArgumentException("not a prefix of object keys: " + prefix);
    }
    for (var entry : objects.tailMap(prefix).entrySet()) {
      if (!entry.getKey().startsWith(prefix)) {
        return;
      }
      each.accept(statOf(entry.getKey(), entry.getValue()));
    }
  }

  private static ObjectStat statOf(String name, Stored stored) {
    return new ObjectStat(new ObjectKey(name), stored.content().length, stored.modified());
  }

  @Override
  public void delete(ObjectKey key) {
    objects.remove(key.name());
  }

  @Override
  public void close() {}
}
