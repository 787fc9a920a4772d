package io.aegis.repository.record;

import static io.aegis.repository.RepositoryCode.INTERRUPTED;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.Report;
import io.aegis.kernel.TaskScope;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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
      var tasks = new ArrayList<TaskScope.Task<T>>(names.size());
      for (var name : names) {
        tasks.add(scope.fork(() -> read.apply(name)));
      }
      scope.join();
      return tasks.stream().map(TaskScope.Task::result).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable(Report.of(INTERRUPTED, "reading was interrupted").next("repeat it"), e);
    }
  }
}
