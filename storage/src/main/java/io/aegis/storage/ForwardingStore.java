package io.aegis.storage;

import java.util.Optional;
import java.util.function.Consumer;

/** A store around another one, which it owns; a decorator overrides what it changes. */
public abstract class ForwardingStore implements ObjectStore {
  protected final ObjectStore inner;

  protected ForwardingStore(ObjectStore inner) {
    this.inner = inner;
  }

  @Override
  public Location location() {
    return inner.location();
  }

  @Override
  public Capabilities capabilities() {
    return inner.capabilities();
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Body body) {
    return inner.putIfAbsent(key, body);
  }

  @Override
  public byte[] read(ObjectKey key, long offset, int length) {
    return inner.read(key, offset, length);
  }

  @Override
  public Optional<byte[]> find(ObjectKey key) {
    return inner.find(key);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return inner.stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    inner.list(prefix, each);
  }

  @Override
  public void delete(ObjectKey key) {
    inner.delete(key);
  }

  @Override
  public void close() {
    inner.close();
  }
}
