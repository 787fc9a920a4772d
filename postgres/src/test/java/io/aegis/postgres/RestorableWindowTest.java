package io.aegis.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Resolution.Edge;
import io.aegis.postgres.RestorableWindow.Branch;
import io.aegis.postgres.RestorableWindow.Span;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestorableWindowTest {
  private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
  private static final Branch OLD =
      new Branch(new Incarnation("0011223344556677"), new Timeline(1));
  private static final Branch NEW =
      new Branch(new Incarnation("8899aabbccddeeff"), new Timeline(2));

  private static Span span(Branch branch, Instant knownUntil) {
    return new Span.Interval(
        branch, new Edge.Nothing(), new Edge.Nothing(), Lsn.INVALID, knownUntil);
  }

  // Red when: knownUntil takes the latest of all branches: an idle stream of the life that a
  // recovery left would keep status green while nothing of the new one arrives.
  @Test
  void what_is_known_of_an_older_life_says_nothing_of_the_newest_one() {
    var window = new RestorableWindow(
        List.of(span(OLD, NOON.plusSeconds(600)), span(NEW, NOON), span(NEW, NOON.minusSeconds(9))),
        List.of());

    assertThat(window.knownUntil()).hasValue(NOON);
  }

  @Test
  void nothing_is_known_where_nothing_can_be_recovered() {
    assertThat(new RestorableWindow(List.of(), List.of()).knownUntil()).isEmpty();
  }
}
