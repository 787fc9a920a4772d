package io.aegis.e2e.house.bad.lower;

import java.time.Instant;

final class AsksTheClock {
  String time() {
    return Instant.now().toString();
  }
}
