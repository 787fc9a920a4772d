package io.aegis.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.cli.Cli;
import io.aegis.cli.Headers;
import io.aegis.kernel.Json;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Phase;
import io.aegis.recovery.Plan;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanPageTest {
  private static Plan plan(String to, String position) {
    var header = Headers.recovery(Json.object().with("to", to).with("position", position));
    var approve = Step.of("approve", "agree to go on", Phase.DATABASE)
        .approval("Go on?", new Role("operator"), 1, BreakGlass.ALLOWED);
    return new Plan(header, List.of(approve), List.of());
  }

  private static String shown(String to, String position) {
    return new Cli(Path.of("/nowhere"))
        .capture(session -> {
          session.show(new PlanPage(plan(to, position)));
          return 0;
        })
        .out();
  }

  // Red when: PlanPage shows both positions and does not say why they differ.
  @Test
  void a_position_that_lies_behind_the_end_of_replay_is_explained() {
    assertThat(shown("0/939B3C8", "0/701AFA8"))
        .contains("No transaction ended between 0/701AFA8 and 0/939B3C8");
    assertThat(shown("0/701AFA8", "0/701AFA8")).doesNotContain("ended between");
    assertThat(shown("latest", "0/701AFA8")).doesNotContain("ended between");
    assertThat(shown("0/701AFA8", "0/701AFF0")).doesNotContain("ended between");
  }
}
