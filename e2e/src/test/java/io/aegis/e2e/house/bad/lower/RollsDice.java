package io.aegis.e2e.house.bad.lower;

import java.util.Random;

final class RollsDice {
  int roll() {
    return new Random().nextInt();
  }
}
