package io.aegis.repository.record;

import static io.aegis.repository.RepositoryCode.INTERRUPTED;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TaskScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Reads many small objects at once: a distant store answers each only after its latency. */
public final class ParallelReads {
  private static final int AT_ONCE = 32;

  /** Fewer are read one by one, which is what a young repository and a short command need. */
  private static final int FEW = 4;

  private ParallelReads() {}

  /** What {@code read} gives for each name, in the order of the names. */
  public static <N, T> List<T> of(List<N> names, Function<N, T> read) {
    if (names.size() <= FEW) {
      return names.stream().map(read).toList();
    }
    try (var scope = TaskScope.waiting("read", AT_ONCE)) {
      int readers = Math.min(AT_ONCE, names.size());
      var shares = new ArrayList<TaskScope.Task<List<T>>>(readers);
      for (int i = 0; i < readers; i++) {
        int first = i;
        shares.add(scope.fork(() -> share(names, first, readers, read)));
      }
      scope.join();
      return IntStream.range(0, names.size())
          .mapToObj(i -> shares.get(i % readers).result().get(i / readers))
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable(Report.of(INTERRUPTED, "reading was interrupted").next("repeat it"), e);
    }
  }

  /** Every {@code step}-th name: a thread for each costs more than a name on a local disk does. */
  private static <N, T> List<T> share(List<N> names, int first, int step, Function<N, T> read) {
    var found = new ArrayList<T>();
    for (int i = first; i < names.size(); i += step) {
      found.add(read.apply(names.get(i)));
    }
    return found;
  }
}
