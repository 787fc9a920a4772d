package io.aegis.postgres.archive;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.archive.SliceSummary.LogCodec;
import io.aegis.postgres.wal.PgTime;
import io.aegis.postgres.wal.SegmentSize;
import io.aegis.repository.Register;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One life of a cluster, as claimed in the repository.
 *
 * @param segments how its log is cut; fixed for a cluster by initdb
 */
public record IncarnationClaim(
    Incarnation id, SystemIdentifier system, SegmentSize segments, Origin origin, Instant claimed) {
  private static final int VERSION = 1;

  /** Where a life comes from. */
  public sealed interface Origin {

    /** From initdb. */
    record Root() implements Origin {}

    /**
     * From another life, by a recovery.
     *
     * @param timeline the last one it shares with its parent; its own are above
     * @param at where it left it, as planned
     */
    record Fork(Incarnation parent, Timeline timeline, Lsn at) implements Origin {}
  }

  /** Where it left another life, if it did. */
  public Optional<Origin.Fork> fork() {
    return origin instanceof Origin.Fork fork ? Optional.of(fork) : Optional.empty();
  }

  /**
   * In which order those were claimed. The chain of the register tells it, and hangs on no clock;
   * where it does not tell it of all of them, the clocks of who claimed are asked. One life alone
   * has no order, and nothing is read for it.
   */
  public static Comparator<IncarnationClaim> order(
      Collection<IncarnationClaim> claims, Register register) {
    var numbers = claims.size() > 1 ? numbers(register.reading()) : Map.<Incarnation, Long>of();
    boolean told = claims.stream().map(IncarnationClaim::id).allMatch(numbers::containsKey);
    return told
        ? Comparator.comparing(claim -> numbers.get(claim.id()))
        : Comparator.comparing(IncarnationClaim::claimed);
  }

  /** What was lost of a broken chain may have been told once more, at its end. */
  private static Map<Incarnation, Long> numbers(Register.Reading reading) {
    return reading.isWhole()
        ? reading.entries().stream()
            .filter(entry -> entry.kind() == Register.Kind.INCARNATION_CLAIMED)
            .collect(Collectors.toMap(
                Incarnations::registered, Register.Entry::sequence, (first, _) -> first))
        : Map.of();
  }

  byte[] encode() {
    var out = new ByteWriter().u8(VERSION);
    out.text(id.value()).i64(system.value()).i32(segments.bytes());
    out.signedVarint(PgTime.ofInstant(claimed));
    switch (origin) {
      case Origin.Root() -> out.u8(0);
      case Origin.Fork(var parent, var timeline, var at) ->
        out.u8(1).text(parent.value()).varint(timeline.id()).i64(at.value());
    }
    return out.toByteArray();
  }

  static IncarnationClaim decode(byte[] bytes) {
    var in = new ByteReader(bytes);
    LogCodec.version(in, VERSION);
    try {
      var id = new Incarnation(in.text());
      var system = new SystemIdentifier(in.i64());
      var segments = new SegmentSize(in.i32());
      var claimed = PgTime.toInstant(in.signedVarint());
      Origin origin = in.bool()
          ? new Origin.Fork(
              new Incarnation(in.text()), new Timeline(in.varint()), new Lsn(in.i64()))
          : new Origin.Root();
      in.end();
      return new IncarnationClaim(id, system, segments, origin, claimed);
    } catch (IllegalArgumentException e) {
      throw new Malformed("not a claim of an incarnation: " + e.getMessage());
    }
  }
}
