package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Digest;
import io.aegis.kernel.Hex;
import io.aegis.repository.ComponentName;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotSummary;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * The object whose existence makes a snapshot taken: what listings show, and the digest of the
 * manifest.
 *
 * <pre>
 * root = version:u8 id:text component:text begun:i64,i32 finished:i64,i32 files:varint
 * source:varint
 *        added:varint attributes:bytes manifest:32
 * </pre>
 */
record Root(SnapshotSummary summary, Digest manifest) {
  private static final int VERSION = 1;
  private static final int DIGEST_BYTES = 32;

  byte[] encode() {
    var out = new ByteWriter()
        .u8(VERSION)
        .text(summary.id().value())
        .text(summary.component().value());
    write(out, summary.begun());
    write(out, summary.finished());
    return out.varint(summary.files())
        .varint(summary.sourceBytes())
        .varint(summary.addedBytes())
        .bytes(summary.attributes())
        .raw(manifest.bytes())
        .toByteArray();
  }

  private static void write(ByteWriter out, Instant time) {
    out.i64(time.getEpochSecond()).i32(time.getNano());
  }

  static Root decode(byte[] content) {
    var in = new ByteReader(content);
    if (in.u8() != VERSION) {
      throw new Malformed("not a snapshot of version " + VERSION);
    }
    try {
      var summary = new SnapshotSummary(
          new SnapshotId(in.text()),
          new ComponentName(in.text()),
          Instant.ofEpochSecond(in.i64(), in.i32()),
          Instant.ofEpochSecond(in.i64(), in.i32()),
          in.varint(),
          in.varint(),
          in.varint(),
          in.bytes());
      var manifest = new Digest(Hex.of(in.raw(DIGEST_BYTES)));
      in.end();
      return new Root(summary, manifest);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new Malformed("a snapshot of impossible facts: " + e.getMessage());
    }
  }
}
