package io.aegis.postgres.names;

import io.aegis.postgres.wal.RelationFile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds names in several places, which are only asked while a name is missing. What an earlier
 * place says stands: it is nearer to the moment that is asked about. For one thread.
 */
public final class NameBook {
  private final Deque<Supplier<List<RelationName>>> unread;
  private final Map<RelationFile, RelationName> known = new HashMap<>();

  /**
   * @param places the best first
   */
  public NameBook(List<Supplier<List<RelationName>>> places) {
    unread = new ArrayDeque<>(places);
  }

  public Optional<RelationName> find(RelationFile file) {
    while (!known.containsKey(file) && !unread.isEmpty()) {
      unread.removeFirst().get().forEach(name -> known.putIfAbsent(name.file(), name));
    }
    return Optional.ofNullable(known.get(file));
  }
}
