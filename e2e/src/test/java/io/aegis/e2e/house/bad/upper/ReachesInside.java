package io.aegis.e2e.house.bad.upper;

import io.aegis.e2e.house.bad.lower.inner.Hidden;

final class ReachesInside {
  String inside() {
    return Hidden.class.getName();
  }
}
