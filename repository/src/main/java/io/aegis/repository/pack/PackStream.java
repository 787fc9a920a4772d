package io.aegis.repository.pack;

import io.aegis.kernel.Entropy;
import io.aegis.repository.pack.PackBuilder.Finished;
import io.aegis.repository.seal.Aead.Slice;
import io.aegis.repository.seal.Compression;
import io.aegis.repository.seal.FrameCodec;
import io.aegis.repository.seal.KeyRing;
import io.aegis.storage.ObjectStore;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One worker's endless pack: frames go in, packs go out in the background. At most {@link
 * PackUploads#IN_FLIGHT} of them wait for the store, then {@link #append} waits too, so memory
 * stays bounded. For one thread at a time.
 */
public final class PackStream implements AutoCloseable {
  private final KeyRing keys;
  private final Entropy entropy;
  private final FrameCodec codec;
  private final Segments pool = new Segments();
  private final int packBytes;
  private final PackUploads uploads;
  private @Nullable PackBuilder current;
  private long sequence;
  private long appended;

  /** What a stream needs, the same for all workers of a snapshot. */
  public record Setting(
      ObjectStore store, KeyRing keys, Entropy entropy, Compression compression, int packBytes) {}

  /**
   * @param ledger told of every pack that became durable
   * @param durable told of the highest number up to which every pack of this stream is durable
   */
  public PackStream(Setting setting, PackLedger ledger, LongConsumer durable) {
    keys = setting.keys();
    entropy = setting.entropy();
    packBytes = setting.packBytes();
    codec = new FrameCodec(setting.compression());
    uploads = new PackUploads(setting.store(), ledger, pool, durable);
  }

  /** Seals a frame into the current pack; it is durable only once {@link #sequence} is. */
  public FrameRef append(FrameType type, Slice raw) {
    if (current == null) {
      current = new PackBuilder(PackId.random(keys.newestEpoch(), entropy), keys, codec, pool);
    }
    var ref = current.append(type, raw);
    appended += ref.length();
    if (current.full(packBytes)) {
      upload(current.finish());
    }
    return ref;
  }

  /** The number of the last pack that anything was appended to; the first is 1. */
  public long sequence() {
    return current == null ? sequence : sequence + 1;
  }

  /** The sealed bytes of all frames so far. */
  public long appended() {
    return appended;
  }

  /** Makes everything durable that was appended. */
  public void finish() {
    if (current != null) {
      upload(current.finish());
    }
    uploads.await();
  }

  private void upload(Finished pack) {
    current = null;
    sequence++;
    uploads.put(pack, sequence);
  }

  @Override
  public void close() {
    uploads.close();
    codec.close();
  }
}
