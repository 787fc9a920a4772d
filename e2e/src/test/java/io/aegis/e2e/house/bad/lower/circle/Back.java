package io.aegis.e2e.house.bad.lower.circle;

import io.aegis.e2e.house.bad.lower.inner.Hidden;

public final class Back {
  public Class<?> hidden() {
    return Hidden.class;
  }
}
