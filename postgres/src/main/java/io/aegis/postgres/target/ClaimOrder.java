package io.aegis.postgres.target;

import io.aegis.postgres.Incarnation;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.archive.Incarnations;
import io.aegis.repository.Register;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * In which order lives were claimed. The chain of the register tells it, and hangs on no clock;
 * where it does not tell it of all of them, the clocks of who claimed are asked.
 */
final class ClaimOrder implements Comparator<IncarnationClaim> {
  private final Map<Incarnation, Long> numbers;
  private final Comparator<IncarnationClaim> order;

  private ClaimOrder(Map<Incarnation, Long> numbers, Comparator<IncarnationClaim> order) {
    this.numbers = numbers;
    this.order = order;
  }

  /** Of those; one life alone has no order, and nothing is read for it. */
  static ClaimOrder of(Collection<IncarnationClaim> claims, Register register) {
    var numbers = claims.size() > 1 ? numbers(register.reading()) : Map.<Incarnation, Long>of();
    boolean told = claims.stream().map(IncarnationClaim::id).allMatch(numbers::containsKey);
    return told
        ? new ClaimOrder(numbers, Comparator.comparing(claim -> numbers.get(claim.id())))
        : new ClaimOrder(Map.of(), Comparator.comparing(IncarnationClaim::claimed));
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

  @Override
  public int compare(IncarnationClaim one, IncarnationClaim other) {
    return order.compare(one, other);
  }

  /** Whether one was claimed behind the other, whatever the clocks say. */
  boolean isSurelyLater(IncarnationClaim one, IncarnationClaim other) {
    return numbers.containsKey(one.id()) && compare(one, other) > 0;
  }
}
