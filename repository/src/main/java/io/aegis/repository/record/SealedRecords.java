package io.aegis.repository.record;

import static io.aegis.storage.StorageCode.OBJECT_MISSING;

import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.repository.Records;
import io.aegis.repository.seal.SealedObject;
import io.aegis.repository.seal.SealedObject.Kind;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import java.util.Optional;
import java.util.function.Consumer;

/** Sealed objects of one kind, by name. */
public final class SealedRecords implements Records {
  private final ObjectStore store;
  private final SealedObject seals;
  private final Kind kind;

  public SealedRecords(ObjectStore store, SealedObject seals, Kind kind) {
    this.store = store;
    this.seals = seals;
    this.kind = kind;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey name, byte[] content) {
    return store.putIfAbsent(name, Body.of(seals.seal(kind, name, content)));
  }

  @Override
  public Optional<byte[]> find(ObjectKey name) {
    return store.find(name).map(object -> seals.open(kind, name, object));
  }

  @Override
  public byte[] get(ObjectKey name) {
    return find(name)
        .orElseThrow(() -> new Damaged(Report.of(OBJECT_MISSING, name + " is missing")
            .why("it was written, and is not in the store any more")
            .next("aegis repo check")));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> each) {
    store.list(prefix, each);
  }

  @Override
  public void delete(ObjectKey name) {
    store.delete(name);
  }
}
