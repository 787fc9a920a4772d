package io.aegis.repository.snapshot;

import io.aegis.repository.Records;
import io.aegis.repository.pack.PackFrames;
import io.aegis.repository.record.SealedRecords;
import io.aegis.repository.seal.Compression;
import io.aegis.repository.seal.KeyRing;
import io.aegis.repository.seal.SealedObject;
import io.aegis.repository.seal.SealedObject.Kind;
import io.aegis.storage.ObjectStore;

/**
 * The store of an open repository with its keys, as snapshots use it.
 *
 * @param compression what frames are compressed with
 */
public record Vault(
    ObjectStore store, KeyRing keys, SealedObject seals, Compression compression, Sizing sizing) {
  Records roots() {
    return new SealedRecords(store, seals, Kind.SNAPSHOT);
  }

  Records manifests() {
    return new SealedRecords(store, seals, Kind.MANIFEST);
  }

  Records sessions() {
    return new SealedRecords(store, seals, Kind.SESSION);
  }

  PackFrames frames() {
    return new PackFrames(store, keys);
  }
}
