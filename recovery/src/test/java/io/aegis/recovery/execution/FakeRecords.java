package io.aegis.recovery.execution;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TimeSource;
import io.aegis.repository.Records;
import io.aegis.repository.RepositoryCode;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.PutOutcome;
import io.aegis.storage.StorageCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** Records in a map, with a place where a test can make any write go wrong. */
final class FakeRecords implements Records {
  private final Map<ObjectKey, Stored> all = new ConcurrentSkipListMap<>();
  private final Set<ObjectKey> spoiled = ConcurrentHashMap.newKeySet();
  private final TimeSource time;
  private volatile Weather weather = Weather.FAIR;
  private volatile Instant awayUntil = Instant.MIN;

  FakeRecords(TimeSource time) {
    this.time = time;
  }

  private record Stored(String content, Instant modified) {}

  /** What befalls a write; may throw, before or after it has happened. */
  interface Weather {
    Weather FAIR = new Weather() {};

    default void before(ObjectKey name) {}

    default void after(ObjectKey name) {}
  }

  void weather(Weather next) {
    weather = next;
  }

  void away(boolean isAway) {
    awayUntil = isAway ? Instant.MAX : Instant.MIN;
  }

  void awayFor(Duration span) {
    awayUntil = time.now().plus(span);
  }

  static Unavailable noAnswer() {
    return new Unavailable(
        Report.of(StorageCode.STORE_UNREACHABLE, "the store does not answer").next("wait"));
  }

  private void answer() {
    if (time.now().isBefore(awayUntil)) {
      throw noAnswer();
    }
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey name, byte[] content) {
    answer();
    weather.before(name);
    var stored =
        new Stored(new String(content, java.nio.charset.StandardCharsets.UTF_8), time.now());
    var outcome =
        all.putIfAbsent(name, stored) == null ? PutOutcome.CREATED : PutOutcome.ALREADY_PRESENT;
    weather.after(name);
    return outcome;
  }

  @Override
  public Optional<byte[]> find(ObjectKey name) {
    answer();
    if (spoiled.contains(name)) {
      throw new Damaged(
          Report.of(RepositoryCode.NOT_AUTHENTIC, name + " is damaged").next("check"));
    }
    return Optional.ofNullable(all.get(name))
        .map(stored -> stored.content().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Override
  public byte[] get(ObjectKey name) {
    return find(name)
        .orElseThrow(() -> new Damaged(
            Report.of(RepositoryCode.NOT_AUTHENTIC, name + " is missing").next("check")));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    answer();
    all.forEach((name, stored) -> {
      if (name.name().startsWith(prefix)) {
        each.accept(new ObjectStat(name, stored.content().length(), stored.modified()));
      }
    });
  }

  @Override
  public void delete(ObjectKey name) {
    answer();
    all.remove(name);
  }

  /** Damage, as nobody but a test would do it. */
  void replace(ObjectKey name, String content) {
    all.put(name, new Stored(content, time.now()));
  }

  /** From now on it does not authenticate. */
  void spoil(ObjectKey name) {
    spoiled.add(name);
  }

  void lose(ObjectKey name) {
    all.remove(name);
  }

  String text(ObjectKey name) {
    return new String(get(name), java.nio.charset.StandardCharsets.UTF_8);
  }
}
