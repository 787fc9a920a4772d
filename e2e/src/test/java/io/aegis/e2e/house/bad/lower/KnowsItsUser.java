package io.aegis.e2e.house.bad.lower;

import io.aegis.e2e.house.bad.upper.Face;

final class KnowsItsUser {
  String user() {
    return Face.class.getName();
  }
}
