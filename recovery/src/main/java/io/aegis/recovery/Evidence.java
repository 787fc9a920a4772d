package io.aegis.recovery;

import io.aegis.kernel.Json;

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
}
