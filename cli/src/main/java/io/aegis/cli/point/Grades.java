package io.aegis.cli.point;

import io.aegis.cli.terminal.LocalTime;
import io.aegis.kernel.Json;
import io.aegis.postgres.BaseBackup;
import io.aegis.recovery.Evidence;
import io.aegis.recovery.Evidence.Proven;
import io.aegis.repository.Records;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is proved of snapshots, by what was really done with them. What nobody did is not said: such
 * a snapshot is taken, and nothing more is known of it.
 */
record Grades(Map<String, Proven> byPoint) {

  static Grades in(Records records) {
    return new Grades(Evidence.provenIn(records).stream()
        .collect(Collectors.toMap(Proven::point, Function.identity())));
  }

  Optional<Proven> of(BaseBackup base) {
    return Optional.ofNullable(byPoint.get(base.id().value()));
  }

  /** What was proved last of any of these that was verified. */
  Optional<Proven> lastVerified(List<BaseBackup> bases) {
    return bases.stream()
        .flatMap(base -> of(base).stream())
        .filter(proven -> proven.grade() == Evidence.Grade.VERIFIED)
        .max(Comparator.comparing(Proven::when));
  }

  /** {@code restored and verified 3d04h ago by rec-7f3a91c2}. */
  String words(BaseBackup base, LocalTime clock) {
    return of(base)
        .map(proven -> word(proven) + " " + clock.ago(proven.when()) + " by " + proven.execution())
        .orElse("taken");
  }

  Json.Obj json(BaseBackup base) {
    var proven = of(base);
    return MomentWords.json(base)
        .with("grade", proven.map(Grades::word).orElse("taken"))
        .with(
            "gradedAt",
            proven.<Json>map(p -> new Json.Str(p.when().toString())).orElseGet(Json.Null::new))
        .with(
            "gradedBy",
            proven.<Json>map(p -> new Json.Str(p.execution().value())).orElseGet(Json.Null::new));
  }

  private static String word(Proven proven) {
    return switch (proven.grade()) {
      case RESTORED -> "restored";
      case VERIFIED -> "restored and verified";
    };
  }
}
