package io.aegis.postgres.target;

import io.aegis.postgres.BaseBackup;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.archive.IncarnationClaim;
import io.aegis.repository.ComponentName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whose the lives of a cluster are. A copy of a server that is protected as another component has
 * the same system identifier, and log that may be newer; none of it is this component's (rule R16).
 *
 * <p>What came of a recovery stays with the life that it left, so lives are told by the one that
 * all of them began with. Where nothing tells whose it is, it may be this component's.
 */
public final class Owners {
  private final ComponentName own;
  private final Supplier<Map<Incarnation, Set<ComponentName>>> streamed;
  private final Supplier<Map<Incarnation, Set<ComponentName>>> backedUp;

  /**
   * Both are asked only where the component's own snapshots leave something open.
   *
   * @param streamed the components for which lives were streamed, as far as that was noted
   * @param backedUp the lives that snapshots of other components rest on, as far as they count
   */
  public Owners(
      ComponentName own,
      Supplier<Map<Incarnation, Set<ComponentName>>> streamed,
      Supplier<Map<Incarnation, Set<ComponentName>>> backedUp) {
    this.own = own;
    this.streamed = streamed;
    this.backedUp = backedUp;
  }

  /**
   * The lives that are others' alone, with whose they are. Without a snapshot of one's own nothing
   * can be recovered, and everything that may be there is shown.
   */
  Map<Incarnation, Set<ComponentName>> others(
      List<IncarnationClaim> claims, List<BaseBackup> bases) {
    var first = firstLives(claims);
    var ours = bases.stream()
        .map(base -> first.getOrDefault(base.incarnation(), base.incarnation()))
        .collect(Collectors.toSet());
    var open = new LinkedHashMap<>(first);
    open.values().removeAll(ours);
    if (bases.isEmpty() || open.isEmpty()) {
      return Map.of();
    }
    var whose = byFirst(streamed.get(), first);
    if (!whose.keySet().containsAll(open.values())) {
      byFirst(backedUp.get(), first).forEach(whose::putIfAbsent);
    }
    var others = new LinkedHashMap<Incarnation, Set<ComponentName>>();
    open.forEach((life, origin) -> Optional.ofNullable(whose.get(origin))
        .filter(owners -> !owners.contains(own))
        .ifPresent(owners -> others.put(life, owners)));
    return others;
  }

  private static Map<Incarnation, Set<ComponentName>> byFirst(
      Map<Incarnation, Set<ComponentName>> lives, Map<Incarnation, Incarnation> first) {
    var families = new LinkedHashMap<Incarnation, Set<ComponentName>>();
    lives.forEach((life, components) -> families
        .computeIfAbsent(first.getOrDefault(life, life), _ -> new LinkedHashSet<>())
        .addAll(components));
    return families;
  }

  /** Each life, with the one that it began with, as far as the claims on the way are there. */
  private static Map<Incarnation, Incarnation> firstLives(List<IncarnationClaim> claims) {
    var parents = new LinkedHashMap<Incarnation, Incarnation>();
    claims.forEach(claim -> claim.fork().ifPresent(fork -> parents.put(claim.id(), fork.parent())));
    var first = new LinkedHashMap<Incarnation, Incarnation>();
    for (var claim : claims) {
      var life = claim.id();
      for (int i = 0; i < claims.size(); i++) {
        life = parents.getOrDefault(life, life);
      }
      first.put(claim.id(), life);
    }
    return first;
  }
}
