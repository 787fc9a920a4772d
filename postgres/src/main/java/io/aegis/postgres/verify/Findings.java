package io.aegis.postgres.verify;

import io.aegis.postgres.verify.Measurement.Verdict;
import java.util.ArrayList;
import java.util.List;

/** All that was looked at in one recovered database, and what that is worth. */
public record Findings(List<Measurement> measured) {
  public Findings {
    measured = List.copyOf(measured);
  }

  /**
   * Something that could have found damage, and found none: page checksums, amcheck, a rule of the
   * owner's. A figure that nothing is compared with proves nothing, however exact it is.
   */
  public boolean verify() {
    return measured.stream().anyMatch(one -> one.verdict() instanceof Verdict.Passed)
        && failed().isEmpty();
  }

  public List<Measurement> failed() {
    return measured.stream().filter(Measurement::hasFailed).toList();
  }

  /** {@code 2 passed, 1 observed, 1 not measured}; what there was none of is left out. */
  public String words() {
    int passed = 0;
    int failed = 0;
    int observed = 0;
    int open = 0;
    for (var one : measured) {
      switch (one.verdict()) {
        case Verdict.Passed _ -> passed++;
        case Verdict.Failed _ -> failed++;
        case Verdict.Observed _ -> observed++;
        case Verdict.NotMeasured _ -> open++;
      }
    }
    var words = new ArrayList<String>();
    words.add(passed == 0 ? "nothing verified" : passed + " passed");
    add(words, failed, "FAILED");
    add(words, observed, "observed");
    add(words, open, "not measured");
    return String.join(", ", words);
  }

  private static void add(List<String> words, int count, String word) {
    if (count > 0) {
      words.add(count + " " + word);
    }
  }

  /** What people have to read, although nothing failed. */
  public List<String> warnings() {
    var warnings = new ArrayList<String>();
    measured.stream()
        .filter(one -> one.verdict() instanceof Verdict.NotMeasured)
        .forEach(one -> warnings.add(one.words()));
    if (!verify()) {
      warnings.add(
          "restored, and not verified: neither page checksums, nor amcheck, nor an invariant"
              + " of aegis.yaml was measured; damage in it would not have been noticed");
    }
    return warnings;
  }
}
