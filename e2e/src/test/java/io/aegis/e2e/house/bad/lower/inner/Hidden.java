package io.aegis.e2e.house.bad.lower.inner;

import io.aegis.e2e.house.bad.lower.circle.Back;

public final class Hidden {
  public Class<?> back() {
    return Back.class;
  }
}
