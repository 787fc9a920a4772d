package io.aegis.cli.point;

import io.aegis.cli.frame.Page;
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
    return lastOf(bases, Evidence.Grade.VERIFIED);
  }

  /** What was only restored last. */
  Optional<Proven> lastRestored(List<BaseBackup> bases) {
    return lastOf(bases, Evidence.Grade.RESTORED);
  }

  private Optional<Proven> lastOf(List<BaseBackup> bases, Evidence.Grade grade) {
    return bases.stream()
        .flatMap(base -> of(base).stream())
        .filter(proven -> proven.grade() == grade)
        .max(Comparator.comparing(Proven::when));
  }

  /** Of which no check has passed although it was brought back: what to read, and what to do. */
  void explainUnverified(List<BaseBackup> bases, Page page) {
    lastOf(bases, Evidence.Grade.RESTORED)
        .ifPresent(proven -> page.line(page.paint().yellow("! ")
                + proven.point() + " was restored by " + proven.execution()
                + ", and not verified: no check of what is in it has passed")
            .line("  why:  aegis execution show " + proven.execution())
            .line(
                "  next: CREATE EXTENSION amcheck on the source, recovery.invariants in aegis.yaml")
            .line("        or page checksums (pg_checksums --enable, while the source is stopped);")
            .line("        the next snapshot and its recovery are then verified"));
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
