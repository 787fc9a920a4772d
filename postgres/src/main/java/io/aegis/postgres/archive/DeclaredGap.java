package io.aegis.postgres.archive;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteWriter;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.archive.SliceSummary.LogCodec;
import io.aegis.postgres.wal.PgTime;
import java.time.Instant;

/**
 * Log that is lost for good, said when it was noticed; or of no length, a barrier: the log is there
 * and nothing is replayed past that position.
 */
public record DeclaredGap(LogSpan span, String reason, Instant declared) {
  private static final int VERSION = 1;

  /** The one reason for a barrier. */
  public static final String MINIMAL = "the server wrote its log with wal_level = minimal there,"
      + " and PostgreSQL replays nothing past that";

  public static DeclaredGap barrier(Lsn at, Instant now) {
    return new DeclaredGap(new LogSpan(at, at), MINIMAL, now);
  }

  byte[] encode() {
    var out = new ByteWriter().u8(VERSION);
    LogCodec.span(out, span);
    return out.text(reason).signedVarint(PgTime.ofInstant(declared)).toByteArray();
  }

  static DeclaredGap decode(byte[] bytes) {
    var in = new ByteReader(bytes);
    LogCodec.version(in, VERSION);
    var gap = new DeclaredGap(LogCodec.span(in), in.text(), PgTime.toInstant(in.signedVarint()));
    in.end();
    return gap;
  }
}
