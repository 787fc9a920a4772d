package io.aegis.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
  private static final Instant CRASH = Instant.parse("2026-11-26T18:11:27.930Z");

  // Red when: Demo.recoveryPoint counts up to the look at the clock alone.
  @Test
  void the_recovery_point_counts_every_acknowledged_order_that_did_not_come_back() {
    var recovered = CRASH.minusMillis(2);
    var lost = new Ledger.Line(670, CRASH.plusMillis(88));

    assertThat(Demo.recoveryPoint(recovered, CRASH, List.of())).isEqualTo(Duration.ofMillis(2));
    assertThat(Demo.recoveryPoint(recovered, CRASH, List.of(lost)))
        .isEqualTo(Duration.ofMillis(90));
    assertThat(Demo.recoveryPoint(CRASH.plusMillis(1), CRASH, List.of())).isZero();
  }
}
