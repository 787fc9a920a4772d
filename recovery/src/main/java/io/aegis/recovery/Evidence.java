package io.aegis.recovery;

import io.aegis.kernel.Json;
import io.aegis.recovery.evidence.BundleCheck;
import java.util.List;

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
}
