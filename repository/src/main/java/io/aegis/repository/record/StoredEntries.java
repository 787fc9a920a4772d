package io.aegis.repository.record;

import static io.aegis.repository.RepositoryCode.INTERRUPTED;
import static io.aegis.repository.RepositoryCode.REGISTER_BROKEN;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TaskScope;
import io.aegis.repository.Records;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.seal.Damage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * The objects of the register, read many at a time. Sixty-four entries in a row are also kept
 * together, as a chapter, so that a long register costs few requests.
 *
 * <p>A chapter is a copy and proves nothing: which entries there are is told by a listing of the
 * entries themselves. Whoever finds it missing or damaged reads the entries instead; but a chapter
 * that is there says that its entries were.
 */
final class StoredEntries {
  static final int CHAPTER = 64;

  private static final int VERSION = 1;
  private static final int AT_ONCE = 16;

  private final Records records;
  private final boolean withChapters;

  /**
   * @param withChapters false to read every entry itself
   */
  StoredEntries(Records records, boolean withChapters) {
    this.records = records;
    this.withChapters = withChapters;
  }

  /**
   * What is stored from some number on.
   *
   * @param encoded the entries as they were encoded, by number, as far as they can be had
   * @param chapters which chapters were read
   * @param faults by number, the entries that are missing or are not what was written
   * @param end how many entries there were at least
   */
  record Reading(
      Map<Integer, byte[]> encoded, BitSet chapters, Map<Integer, Damaged> faults, int end) {}

  Reading read(int from) {
    var listed = listed();
    var chapters = chapters(from / CHAPTER, listed.length() / CHAPTER);
    int end = Math.max(listed.length(), promised(chapters));
    var found = new TreeMap<Integer, byte[]>();
    chapters.forEach((chapter, entries) -> {
      for (int i = 0; i < CHAPTER; i++) {
        found.put(chapter * CHAPTER + i, entries.get(i));
      }
    });
    var faults = new TreeMap<Integer, Damaged>();
    singles(from, end, found.keySet()).forEach((number, single) -> {
      single.content().ifPresent(content -> found.put(number, content));
      single.fault().ifPresent(fault -> faults.put(number, fault));
    });
    missing(listed, from, end).forEach(number -> faults.put(number, missing(number, end)));
    for (int number = from; number < end; number++) {
      if (!found.containsKey(number) && !faults.containsKey(number)) {
        faults.put(number, missing(number, end)); // it came or went while it was looked for
      }
    }
    var read = new BitSet();
    chapters.keySet().forEach(read::set);
    return new Reading(found, read, faults, end);
  }

  private BitSet listed() {
    return numbers(Layout.REGISTER);
  }

  private BitSet numbers(String prefix) {
    var numbers = new BitSet();
    records.list(prefix, stat -> Layout.numberBelow(prefix, stat.key()).ifPresent(numbers::set));
    return numbers;
  }

  /** How many entries there were, by the last chapter there is. */
  private int promised(NavigableMap<Integer, List<byte[]>> chapters) {
    if (!withChapters) {
      return numbers(Layout.CHAPTERS).length() * CHAPTER;
    }
    return chapters.isEmpty() ? 0 : (chapters.lastKey() + 1) * CHAPTER;
  }

  /** The chapters that can be read; one more is asked for than the listed entries would fill. */
  private NavigableMap<Integer, List<byte[]>> chapters(int first, int last) {
    var chapters = new TreeMap<Integer, List<byte[]>>();
    if (!withChapters) {
      return chapters;
    }
    var wanted = new ArrayList<Callable<Optional<List<byte[]>>>>();
    for (int number = first; number <= last; number++) {
      int chapter = number;
      wanted.add(() -> legible(chapter));
    }
    var found = together(wanted);
    for (int i = 0; i < found.size(); i++) {
      int number = first + i;
      found.get(i).ifPresent(entries -> chapters.put(number, entries));
    }
    return chapters;
  }

  private Optional<List<byte[]>> legible(int number) {
    try {
      return chapter(number);
    } catch (Damaged damaged) {
      return Optional.empty(); // the entries say the same; a check reports the chapter
    }
  }

  /** An entry of its own: there, or damaged, or neither. */
  private record Single(Optional<byte[]> content, Optional<Damaged> fault) {}

  private Single single(int number) {
    try {
      return new Single(entry(number), Optional.empty());
    } catch (Damaged damaged) {
      return new Single(Optional.empty(), Optional.of(damaged));
    }
  }

  private Map<Integer, Single> singles(int from, int end, Set<Integer> known) {
    var numbers = new ArrayList<Integer>();
    for (int number = from; number < end; number++) {
      if (!known.contains(number)) {
        numbers.add(number);
      }
    }
    var found = together(
        numbers.stream().<Callable<Single>>map(number -> () -> single(number)).toList());
    var singles = new TreeMap<Integer, Single>();
    for (int i = 0; i < found.size(); i++) {
      singles.put(numbers.get(i), found.get(i));
    }
    return singles;
  }

  /** A listing may lack what was stored meanwhile, so what it lacks is asked for by name. */
  private List<Integer> missing(BitSet listed, int from, int end) {
    var missing = new ArrayList<Integer>();
    for (int number = listed.nextClearBit(from);
        number < end;
        number = listed.nextClearBit(number + 1)) {
      var single = single(number);
      if (single.content().isEmpty() && single.fault().isEmpty()) {
        missing.add(number);
      }
    }
    return missing;
  }

  private static Damaged missing(int number, int end) {
    return new Damaged(Report.of(REGISTER_BROKEN, Layout.registerEntry(number) + " is missing")
        .why("there were at least " + end + " entries")
        .next("aegis repo check"));
  }

  Optional<byte[]> entry(long number) {
    return records.find(Layout.registerEntry(number));
  }

  Optional<List<byte[]>> chapter(int number) {
    return records.find(Layout.registerChapter(number)).map(content -> decode(number, content));
  }

  void putChapter(int number, List<byte[]> encoded) {
    var out = new ByteWriter().u8(VERSION);
    encoded.forEach(out::bytes);
    records.putIfAbsent(Layout.registerChapter(number), out.toByteArray());
  }

  private static List<byte[]> decode(int number, byte[] content) {
    try {
      var in = new ByteReader(content);
      if (in.u8() != VERSION) {
        throw new Malformed("it is not a chapter of the register of version " + VERSION);
      }
      var entries = new ArrayList<byte[]>();
      for (int i = 0; i < CHAPTER; i++) {
        entries.add(in.bytes());
      }
      in.end();
      return entries;
    } catch (Malformed e) {
      throw Damage.of(Layout.registerChapter(number), e);
    }
  }

  private static <T> List<T> together(List<Callable<T>> work) {
    try (var scope = TaskScope.waiting("register", AT_ONCE)) {
      var tasks = new ArrayList<TaskScope.Task<T>>();
      for (var each : work) {
        tasks.add(scope.fork(each));
      }
      scope.join();
      return tasks.stream().map(TaskScope.Task::result).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable(
          Report.of(INTERRUPTED, "reading the register was interrupted").next("repeat the command"),
          e);
    }
  }
}
