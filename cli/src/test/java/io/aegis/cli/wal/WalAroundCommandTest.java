package io.aegis.cli.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.cli.frame.Answer;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.Moments.Transaction;
import io.aegis.postgres.Resolution.Edge;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WalAroundCommandTest {
  private static Transaction transaction(String lsn, String obstacle) {
    var start = Lsn.parse(lsn);
    var commit = new Edge.Commit(start, start.plus(40), Instant.EPOCH, 700);
    return new Transaction(commit, List.of(), obstacle);
  }

  private static String shown(Answer answer) {
    return new Cli(Path.of("/nowhere"))
        .capture(session -> {
          session.show(answer);
          return 0;
        })
        .out();
  }

  // Red when: WalAroundCommand offers --to for every row: typed, it is refused (AEG-2101).
  @Test
  void a_row_that_cannot_be_recovered_to_says_why_and_offers_nothing() {
    var found = new WalAroundCommand.Found(
        List.of(
            transaction("0/40032E0", "before the oldest snapshot"), transaction("0/5000028", "")),
        List.of(),
        false);

    assertThat(shown(found))
        .contains("before the oldest snapshot", "--to 0/5000028")
        .doesNotContain("--to 0/40032E0");
  }
}
