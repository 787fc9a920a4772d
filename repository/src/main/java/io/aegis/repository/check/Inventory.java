package io.aegis.repository.check;

import io.aegis.repository.RepositoryStats;
import io.aegis.repository.SnapshotSummary;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.snapshot.Snapshots;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Everything in the store, as one listing showed it. */
public record Inventory(List<ObjectStat> objects) {
  public Inventory {
    objects = List.copyOf(objects);
  }

  public static Inventory of(ObjectStore store) {
    var objects = new ArrayList<ObjectStat>();
    store.list("", objects::add);
    return new Inventory(objects);
  }

  List<ObjectStat> below(String prefix) {
    return which(stat -> stat.key().name().startsWith(prefix));
  }

  List<ObjectStat> records() {
    return which(stat -> Layout.isRecord(stat.key()));
  }

  private List<ObjectStat> which(Predicate<ObjectStat> wanted) {
    return objects.stream().filter(wanted).toList();
  }

  static long bytes(List<ObjectStat> some) {
    return some.stream().mapToLong(ObjectStat::size).sum();
  }

  public RepositoryStats stats(Snapshots snapshots) {
    var taken = snapshots.all();
    long source = taken.stream()
        .flatMap(name -> snapshots.legible(name).stream())
        .mapToLong(SnapshotSummary::sourceBytes)
        .sum();
    return new RepositoryStats(
        bytes(objects), bytes(below(Layout.PACKS)), objects.size(), taken.size(), source);
  }
}
