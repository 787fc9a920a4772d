package io.aegis.postgres.archive;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteWriter;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.archive.SliceSummary.LogCodec;
import io.aegis.postgres.wal.PgTime;
import java.time.Duration;
import java.time.Instant;

/**
 * Says how far the log of a timeline is durable, apart from the log itself: it is how a missing
 * tail is found. Written only after every byte before {@link #durable} is (rule A2).
 *
 * @param durable every byte before it is in the repository
 * @param lastEnd the end of the last complete record before it
 * @param asOf until when, by the server's clock, nothing was committed beyond {@code durable}
 * @param written by the clock of the one who streams
 * @param lastCommit the last commit that is complete, on this timeline and as far as it is known
 */
public record DurableMark(
    Lsn durable, Lsn lastEnd, Instant asOf, Instant written, Edge lastCommit) {
  /** What {@code asOf} is where nothing is known: before any commit, to PostgreSQL. */
  public static final Instant NEVER = PgTime.toInstant(0);

  private static final int VERSION = 1;

  /** How far the clock of a server may be ahead of another one and still be believed. */
  private static final Duration SKEW = Duration.ofSeconds(5);

  /**
   * Until when nothing was committed, so far as that can be believed: a clock that was set ahead
   * for a moment would hide for as long that nothing arrives any more.
   *
   * @param asOf by the server's clock
   * @param now by the own one
   */
  public static Instant believed(Instant asOf, Instant now) {
    return asOf.isAfter(now.plus(SKEW)) ? now : asOf;
  }

  /** {@link #asOf}, as far as that can be believed. */
  public Instant knownUntil() {
    return believed(asOf, written);
  }

  long asOfMicros() {
    return PgTime.ofInstant(asOf);
  }

  byte[] encode() {
    var out = new ByteWriter().u8(VERSION);
    out.i64(durable.value()).i64(lastEnd.value());
    out.signedVarint(PgTime.ofInstant(asOf)).signedVarint(PgTime.ofInstant(written));
    LogCodec.edge(out, lastCommit);
    return out.toByteArray();
  }

  static DurableMark decode(byte[] bytes) {
    var in = new ByteReader(bytes);
    LogCodec.version(in, VERSION);
    var mark = new DurableMark(
        new Lsn(in.i64()),
        new Lsn(in.i64()),
        PgTime.toInstant(in.signedVarint()),
        PgTime.toInstant(in.signedVarint()),
        LogCodec.edge(in));
    in.end();
    return mark;
  }
}
