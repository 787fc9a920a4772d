package io.aegis.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.verify.Measurement.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static final Verdict PASSED = new Verdict.Passed("812 pages match");
  private static final Verdict COUNTED = new Verdict.Observed("17 rows in 2 tables");
  private static final Verdict UNMEASURED = new Verdict.NotMeasured("it has none");
  private static final Verdict FAILED = new Verdict.Failed("1 page does not match");

  private static Findings of(Verdict... verdicts) {
    return new Findings(Stream.of(verdicts)
        .map(verdict -> new Measurement("a check", verdict, Duration.ZERO))
        .toList());
  }

  // Red when: RowCounts says Passed, or verify() takes an observation for one.
  @Test
  void counting_rows_alone_verifies_nothing_and_says_so() {
    var findings = of(UNMEASURED, UNMEASURED, COUNTED);

    assertThat(findings.verify()).isFalse();
    assertThat(findings.words()).isEqualTo("nothing verified, 1 observed, 2 not measured");
    assertThat(findings.warnings())
        .hasSize(3)
        .last()
        .asString()
        .contains("not verified", "page checksums", "amcheck", "invariant");
  }

  @Test
  void one_check_that_could_have_found_damage_verifies() {
    var findings = of(PASSED, UNMEASURED, COUNTED);

    assertThat(findings.verify()).isTrue();
    assertThat(findings.words()).isEqualTo("1 passed, 1 observed, 1 not measured");
    assertThat(findings.warnings()).isEqualTo(List.of("a check: not measured, it has none"));
  }

  @Test
  void what_failed_is_not_made_up_for_by_what_passed() {
    var findings = of(PASSED, FAILED);

    assertThat(findings.verify()).isFalse();
    assertThat(findings.words()).isEqualTo("1 passed, 1 FAILED");
  }
}
