package io.aegis.recovery;

import io.aegis.kernel.Json;
import io.aegis.recovery.evidence.BundleCheck;
import io.aegis.recovery.grade.ProvenPoints;
import io.aegis.repository.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything one execution did and measured, complete in itself: an auditor can check it without
 * the repository, the network or Aegis' word. Specified in {@code docs/format/evidence.md}.
 */
public record Evidence(Json.Obj document) {

  /**
   * @throws io.aegis.kernel.ByteReader.Malformed if {@code text} is not JSON
   */
  public static Evidence parse(String text) {
    return new Evidence(Json.parseObject(text));
  }

  /**
   * Computes everything again that can be: the chain of the journal, the plan's hash, and every
   * figure that the bundle draws from them.
   *
   * @return what does not agree, one line each; empty if all does
   */
  public List<String> verify() {
    return BundleCheck.of(document);
  }

  /** How much an execution has proved of a point; a later one is more. */
  public enum Grade {
    /** Brought back to the moment that was asked for. */
    RESTORED,
    /** And looked at by checks of the data, all of which passed. */
    VERIFIED
  }

  /**
   * What is known of a point because it was really brought back.
   *
   * @param point as a step names it in its facts: {@code provenPoint}, {@code provenGrade}
   * @param when the execution came to its end; a grade ages
   * @param took from the declaration to the end, if the plan was brought to its end
   */
  public record Proven(
      String point, Grade grade, Instant when, ExecutionId execution, Optional<Duration> took) {}

  /** The best grade of each point of which anything was proved, from one listing. */
  public static List<Proven> provenIn(Records records) {
    return new ProvenPoints(records).best();
  }
}
