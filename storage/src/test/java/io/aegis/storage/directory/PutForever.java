package io.aegis.storage.directory;

import io.aegis.storage.Body;
import io.aegis.storage.ObjectKey;
import io.aegis.storage.Stores;
import java.nio.file.Path;
import java.util.Arrays;

/** A process that stores objects and says so, until it is killed. */
final class PutForever {
  static final int SIZE = 2 << 20;

  private PutForever() {}

  @SuppressWarnings("SystemOut") // its output is what the test reads
  public static void main(String[] arguments) {
    try (var store = Stores.directory(Path.of(arguments[0]))) {
      for (int i = 1; ; i++) {
        store.putIfAbsent(new ObjectKey("packs/" + i % 3 + "/" + i), Body.of(content(i)));
        System.out.println(i);
      }
    }
  }

  static byte[] content(int number) {
    var content = new byte[SIZE];
    Arrays.fill(content, (byte) number);
    return content;
  }
}
