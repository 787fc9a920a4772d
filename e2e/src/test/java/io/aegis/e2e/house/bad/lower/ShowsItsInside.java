package io.aegis.e2e.house.bad.lower;

import io.aegis.e2e.house.bad.lower.inner.Hidden;
import java.util.List;

public interface ShowsItsInside {
  List<Hidden> inside();
}
