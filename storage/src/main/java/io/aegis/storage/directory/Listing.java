package io.aegis.storage.directory;

import io.aegis.storage.ObjectKey;
import io.aegis.storage.ObjectStat;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A walk through the files of a store in the order of their keys' bytes. A directory sorts as its
 * name followed by {@code /}: {@code a-b} comes before {@code a/b}, though {@code a} comes first.
 * Memory is bounded by the largest single directory.
 */
final class Listing {
  private final Path root;
  private final Consumer<ObjectStat> each;

  /** {@code name} ends with a slash if it is a directory's. */
  private record Entry(String name, Path path, BasicFileAttributes attributes) {}

  Listing(Path root, Consumer<ObjectStat> each) {
    this.root = root;
    this.each = each;
  }

  void list(String prefix) throws IOException {
    int end = prefix.lastIndexOf('/') + 1;
    walk(root.resolve(prefix.substring(0, end)), prefix.substring(0, end), prefix.substring(end));
  }

  private void walk(Path directory, String above, String beginning) throws IOException {
    for (var entry : entries(directory, beginning)) {
      var name = above + entry.name();
      if (entry.attributes().isDirectory()) {
        walk(entry.path(), name, "");
      } else if (ObjectKey.isValid(name)) {
        var file = entry.attributes();
        each.accept(new ObjectStat(
            new ObjectKey(name), file.size(), file.lastModifiedTime().toInstant()));
      }
    }
  }

  private static List<Entry> entries(Path directory, String beginning) throws IOException {
    var found = new ArrayList<Entry>();
    try (var paths = Files.newDirectoryStream(directory)) {
      for (var path : paths) {
        var name = String.valueOf(path.getFileName());
        if (name.startsWith(beginning) && ObjectKey.isValid(name)) {
          addIfStillThere(found, name, path);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    found.sort(Comparator.comparing(Entry::name));
    return found;
  }

  private static void addIfStillThere(List<Entry> found, String name, Path path)
      throws IOException {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        if (Files.isSymbolicLink(path)) {
          throw Descent.linked(path);
        }
        found.add(new Entry(name + "/", path, attributes));
      } else if (attributes.isRegularFile()) {
        found.add(new Entry(name, path, attributes));
      }
    } catch (NoSuchFileException e) {
      // deleted since its name was read: not in the store any more
    }
  }
}
