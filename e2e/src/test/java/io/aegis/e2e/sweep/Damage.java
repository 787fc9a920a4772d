package io.aegis.e2e.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One object of a repository directory, spoiled.
 *
 * @param object its path below the repository
 */
public record Damage(String kind, String object, How how) {

  /** In which way. */
  public enum How {
    FLIPPED,
    TRUNCATED,
    DELETED,
    REPLACED_BY_AN_OLDER_ONE
  }

  /**
   * Every damage of one object of each kind: the newest, since its loss leaves no gap behind it.
   */
  public static List<Damage> all(Path repository) {
    var newest = new TreeMap<String, String>();
    Tree.files(repository).forEach(object -> newest.put(kind(object), object));
    return newest.entrySet().stream()
        .flatMap(each ->
            Arrays.stream(How.values()).map(how -> new Damage(each.getKey(), each.getValue(), how)))
        .filter(damage -> damage.how != How.REPLACED_BY_AN_OLDER_ONE
            || damage.older(repository).isPresent())
        .toList();
  }

  /** What kind of object it is, told from its name: docs/format. */
  static String kind(String object) {
    String last = object.substring(object.lastIndexOf('/') + 1);
    String first = object.contains("/") ? object.substring(0, object.indexOf('/')) : object;
    return switch (first) {
      case "wal" -> "wal " + last.substring(last.lastIndexOf('.') + 1);
      case "executions" -> "execution " + Path.of(object).getName(2);
      default -> first;
    };
  }

  /**
   * Whether nobody can tell afterwards: docs/THREATS.md. The newest entry of the register; the
   * newest mark, while the log that it spoke of is there; a summary; what a step measured; what a
   * recovery proved of a point, whose grade then falls. Evidence is found, and is harmless, since
   * the journal holds all of it.
   */
  public boolean leavesNoTrace() {
    return how == How.DELETED
        && List.of("register", "durable", "wal summary", "rates", "proven", "execution evidence")
            .contains(kind);
  }

  /**
   * What a report of it has to name, one of these: a slot that is damaged mostly opens nothing, and
   * where the bit lies in what only tells whose slot it is, a check names it.
   */
  public List<String> traces() {
    return kind.equals("keys") && how != How.DELETED
        ? List.of("AEG-1202", object)
        : List.of(trace());
  }

  private String trace() {
    return switch (kind) {
      case "keys" -> "key";
      case "claims" -> how == How.DELETED ? "claims/" : object;
      // A journal is told as a whole: where it breaks off, and what should be there.
      case "execution journal", "execution declaration" ->
        Path.of(object).getName(1).toString();
      case "wal slice", "wal part" -> how == How.DELETED ? "log is missing" : object;
      case "manifests", "snapshots" -> object.substring(object.indexOf('/') + 1);
      default -> object;
    };
  }

  /** Whether recovery points depend on objects of this kind. */
  public boolean affectsPoints() {
    return List.of("packs", "manifests", "snapshots", "wal slice", "wal part").contains(kind);
  }

  /** Whether it takes a recovery point out of the listing. */
  public boolean hidesPoint() {
    return kind.equals("snapshots");
  }

  /** Does it to a repository. */
  public void in(Path repository, Random random) {
    var file = repository.resolve(object);
    try {
      var content = Files.readAllBytes(file);
      switch (how) {
        case FLIPPED -> {
          int bit = random.nextInt(content.length * 8);
          content[bit / 8] ^= (byte) (1 << bit % 8);
          Files.write(file, content);
        }
        case TRUNCATED -> Files.write(file, Arrays.copyOf(content, random.nextInt(content.length)));
        case DELETED -> Files.delete(file);
        case REPLACED_BY_AN_OLDER_ONE ->
          Files.copy(
              repository.resolve(older(repository).orElseThrow()),
              file,
              StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot spoil " + object, e);
    }
  }

  private Optional<String> older(Path repository) {
    Map<String, List<String>> byKind =
        Tree.files(repository).stream().collect(Collectors.groupingBy(Damage::kind));
    return byKind.getOrDefault(kind, List.of()).stream()
        .filter(other -> !other.equals(object))
        .max(Comparator.naturalOrder());
  }

  @Override
  public String toString() {
    return kind + " " + how;
  }
}
