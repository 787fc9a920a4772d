package io.aegis.e2e.house.bad.lower;

import org.assertj.core.api.AbstractAssert;

public interface SpeaksAssertJ {
  void check(AbstractAssert<?, ?> foreign);
}
