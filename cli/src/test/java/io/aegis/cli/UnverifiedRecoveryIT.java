package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.kernel.Json;
import io.aegis.postgres.testing.TestPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A cluster in which nothing could tell damage: no page checksums, no amcheck, no invariant. */
class UnverifiedRecoveryIT extends FreshShop {

  UnverifiedRecoveryIT() {
    super(TestPostgres.of(17).withoutChecksums().create());
  }

  // Red when: RowCounts says Passed, or VerifyRunner grades by anything but Findings.verify().
  @Test
  void rows_that_were_counted_are_no_verification_and_every_page_says_what_is_missing() {
    server.kill();

    var end =
        Json.parseObject(expect(0, cli().run("recover", "--yes", "--json")).out());
    var recovered = Path.of(end.text("dataDirectory"));
    try (var restored = TestPostgres.of(17).adopt(recovered)) {
      saysThatAnotherDirectoryIsServed(restored.dataDirectory());
    }
    String id = end.text("execution");

    assertThat(cli().run("points").out())
        .contains("ago by " + id, "restored by " + id + ", and not verified", "amcheck")
        .doesNotContain("restored and verified");
    assertThat(cli().run("status").out()).contains("not verified, only restored", "amcheck");
    assertThat(Json.parseObject(cli().run("status", "--json").out()).find("provenBy"))
        .isEqualTo(new Json.Null());
    assertThat(cli().run("execution", "show", id).out())
        .contains(
            "nothing verified, 1 observed, 2 not measured",
            "restored, and not verified",
            "pg_checksums --enable",
            "CREATE EXTENSION amcheck");
  }

  /** With aegis.yaml as it was: the lost directory is still there, and of the same cluster. */
  private void saysThatAnotherDirectoryIsServed(Path recovered) {
    String both =
        server.dataDirectory() + " is not what the server serves: the server's own is " + recovered;
    // Red when: ReadinessChecks.dataDirectory compares identifiers only.
    assertThat(expect(1, cli().run("doctor")).out())
        .contains("FAIL data directory: " + both, "database.data-directory");
    // Red when: SnapshotRun.open does not ask requireServed before it waits for the log.
    assertThat(expect(1, cli().run("backup")).err())
        .contains("AEG-2302", server.dataDirectory().toString(), recovered.toString());
  }
}
