package io.aegis.postgres.target;

import io.aegis.postgres.target.Branches.Known;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which branch is the newest. One that came from another is newer than that one as soon as it has
 * log of its own, whatever the clocks of the two servers say; of those that did not come from each
 * other, the one that was written to last.
 */
final class Succession {
  private final List<Known> branches;
  private final Function<Known, Instant> active;
  private final Predicate<Known> led;

  /**
   * @param active when a branch was last written to
   * @param led whether a branch has log of its own, behind where it left the one before
   */
  Succession(List<Known> branches, Function<Known, Instant> active, Predicate<Known> led) {
    this.branches = branches;
    this.active = active;
    this.led = led;
  }

  List<Known> newestFirst() {
    var sorted = new ArrayList<Known>();
    addTo(sorted, heirsOf(Optional.empty()));
    return sorted;
  }

  private void addTo(List<Known> sorted, List<Known> siblings) {
    siblings.stream()
        .sorted(Comparator.comparing(this::activeWithHeirs).reversed())
        .forEach(known -> {
          addTo(sorted, heirsOf(Optional.of(known)));
          sorted.add(known);
        });
  }

  private Instant activeWithHeirs(Known known) {
    var own = active.apply(known);
    return heirsOf(Optional.of(known)).stream()
        .map(this::activeWithHeirs)
        .reduce(own, (one, other) -> one.isAfter(other) ? one : other);
  }

  private List<Known> heirsOf(Optional<Known> ancestor) {
    return branches.stream().filter(known -> before(known).equals(ancestor)).toList();
  }

  /** The nearest one that it came from, if it has log of its own. */
  private Optional<Known> before(Known known) {
    if (!led.test(known)) {
      return Optional.empty();
    }
    var passages = known.log().lineage().passages();
    return passages.subList(0, passages.size() - 1).reversed().stream()
        .flatMap(passage -> branches.stream()
            .filter(other -> other.isOn(passage.incarnation(), passage.timeline())))
        .findFirst();
  }
}
