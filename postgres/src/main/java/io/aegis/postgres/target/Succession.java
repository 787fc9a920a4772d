package io.aegis.postgres.target;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.postgres.target.Branches.Known;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which branch is the newest. One that came from another is newer than that one as soon as it has
 * log of its own, whatever the clocks of the two servers say, and comes behind it until then; of
 * those that came from the same one, that of the recovery which was made last; of those that have
 * nothing in common, the one that was streamed last.
 */
final class Succession {
  private final List<Known> branches;
  private final Function<Known, Instant> active;
  private final Predicate<Known> led;
  private final Comparator<IncarnationClaim> order;

  /**
   * @param active when a branch was last streamed
   * @param led whether a branch has log of its own, behind where it left the one before
   */
  Succession(
      List<Known> branches,
      Comparator<IncarnationClaim> order,
      Function<Known, Instant> active,
      Predicate<Known> led) {
    this.branches = branches;
    this.order = order;
    this.active = active;
    this.led = led;
  }

  List<Known> newestFirst() {
    var families = branches.stream().collect(groupingBy(Known::root, LinkedHashMap::new, toList()));
    var sorted = new ArrayList<Known>();
    families.values().stream()
        .sorted(Comparator.comparing(this::activeOf).reversed())
        .forEach(family -> addTo(
            sorted, family.stream().filter(known -> before(known).isEmpty()).toList()));
    return sorted;
  }

  private Instant activeOf(List<Known> family) {
    return family.stream()
        .filter(led)
        .map(active)
        .max(Comparator.naturalOrder())
        .orElse(Instant.MIN);
  }

  private void addTo(List<Known> sorted, List<Known> siblings) {
    var byClaim = Comparator.<Known, IncarnationClaim>comparing(
        known -> latest(Known::claim, known, order), order);
    var newestFirst = byClaim
        .thenComparing(known -> latest(active, known, Comparator.naturalOrder()))
        .reversed();
    Stream.of(led, led.negate())
        .flatMap(wanted -> siblings.stream().filter(wanted).sorted(newestFirst))
        .forEach(known -> {
          var heirs = heirsOf(known);
          addTo(sorted, heirs.stream().filter(led).toList());
          sorted.add(known);
          addTo(sorted, heirs.stream().filter(led.negate()).toList());
        });
  }

  /** Of a branch and all that came from it. */
  private <T> T latest(Function<Known, T> what, Known known, Comparator<T> by) {
    return heirsOf(known).stream()
        .filter(led)
        .map(heir -> latest(what, heir, by))
        .reduce(what.apply(known), BinaryOperator.maxBy(by));
  }

  private List<Known> heirsOf(Known ancestor) {
    return branches.stream()
        .filter(known -> before(known).filter(ancestor::equals).isPresent())
        .toList();
  }

  /** The nearest one that it came from. */
  private Optional<Known> before(Known known) {
    var passages = known.log().lineage().passages();
    return passages.subList(0, passages.size() - 1).reversed().stream()
        .flatMap(passage -> branches.stream()
            .filter(other -> other.isOn(passage.incarnation(), passage.timeline())))
        .findFirst();
  }
}
