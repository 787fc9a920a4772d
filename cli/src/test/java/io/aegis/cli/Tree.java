package io.aegis.cli;

import io.aegis.kernel.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lies below a directory, file by file, so that two moments can be compared.
 *
 * @param files path, relative to the directory, and digest of the content
 */
record Tree(Map<String, String> files) {

  static Tree of(Path root) {
    var files = new TreeMap<String, String>();
    try (var walk = Files.walk(root)) {
      for (var file : walk.filter(Files::isRegularFile).toList()) {
        files.put(
            root.relativize(file).toString(),
            Digest.of(Files.readAllBytes(file)).hex());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Tree(files);
  }

  /** Files that are not in {@code later}, or not as they were. */
  List<String> changedOrLostIn(Tree later) {
    return files.entrySet().stream()
        .filter(file -> !file.getValue().equals(later.files.get(file.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Files that only {@code later} has. */
  List<String> addedIn(Tree later) {
    return later.files.keySet().stream()
        .filter(name -> !files.containsKey(name))
        .toList();
  }
}
