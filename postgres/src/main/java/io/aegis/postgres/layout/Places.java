package io.aegis.postgres.layout;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the files of a listing really are.
 *
 * @param root the data directory, without a link in its path
 * @param links what the links led to that were looked through, by their paths
 */
public record Places(Path root, Map<String, Path> links, OwnersReach reach) {
  public Places {
    links = Map.copyOf(links);
  }

  /** As it was when it was listed: no link is followed any more. */
  Path of(String path) {
    int end = path.length();
    while (end > 0) {
      var link = links.get(path.substring(0, end));
      if (link != null) {
        return end == path.length() ? link : link.resolve(path.substring(end + 1));
      }
      end = path.lastIndexOf('/', end - 1);
    }
    return root.resolve(path);
  }

  /** Opens one of the listed files for reading. */
  public FileChannel open(String path) throws IOException {
    return reach.open(of(path));
  }
}
