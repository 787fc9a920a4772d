package io.aegis.recovery.journal;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Digest;
import io.aegis.kernel.Json;
import io.aegis.recovery.ExecutionId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * One entry of a journal.
 *
 * @param epoch the lead it was written under
 * @param sequence 0, 1, 2 … through all epochs, without a gap
 * @param previous the hash of the entry before; of the declaration for the first
 */
public record Entry(
    ExecutionId execution,
    long epoch,
    long sequence,
    Digest previous,
    Instant written,
    Event event) {

  /** The epoch and the number that the next entry must have. */
  public Slot next() {
    long nextEpoch = event instanceof Event.Handed(var to, var _) ? to : epoch;
    return new Slot(nextEpoch, sequence + 1, hash());
  }

  /** The hash that the next entry must hold. */
  public Digest hash() {
    return Digest.of(line());
  }

  /** The entry as it is stored and hashed. */
  public String line() {
    return toJson().compact();
  }

  byte[] bytes() {
    return line().getBytes(StandardCharsets.UTF_8);
  }

  public Json.Obj toJson() {
    return Json.object()
        .with("execution", execution.value())
        .with("epoch", epoch)
        .with("sequence", sequence)
        .with("previous", previous.hex())
        .with("written", written.toString())
        .with("event", EventFormat.write(event));
  }

  /**
   * @throws Malformed if {@code json} is not an entry
   */
  public static Entry of(Json.Obj json) {
    try {
      return new Entry(
          new ExecutionId(json.text("execution")),
          json.number("epoch"),
          json.number("sequence"),
          new Digest(json.text("previous")),
          Instant.parse(json.text("written")),
          EventFormat.read(json.object("event")));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new Malformed("not an entry of a journal: " + e.getMessage());
    }
  }

  /**
   * @throws Malformed if {@code line} is not an entry
   */
  public static Entry parse(String line) {
    return of(Json.parseObject(line));
  }

  /** Where an entry goes, and what it must hold of the one before. */
  public record Slot(long epoch, long sequence, Digest previous) {
    public boolean fits(Entry entry) {
      return entry.epoch() == epoch
          && entry.sequence() == sequence
          && entry.previous().equals(previous);
    }
  }
}
