package io.aegis.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Json;
import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.EnvironmentName;
import io.aegis.recovery.Person.Role;
import io.aegis.recovery.Phase;
import io.aegis.recovery.Plan;
import io.aegis.recovery.RecoveryCode;
import io.aegis.recovery.Scenario;
import io.aegis.recovery.Step;
import io.aegis.recovery.Step.Work.Approval.BreakGlass;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UidMapTest {
  private static final String WHOLE = "         0          0 4294967295\n";

  // Red when: isWhole() asks only whether root is root.
  @Test
  void only_where_every_id_is_itself_an_account_is_who_it_is_called() {
    assertThat(UidMap.parse(WHOLE).isWhole()).isTrue();
    assertThat(UidMap.parse("1000 65534 1\n").isWhole()).isFalse();
    assertThat(UidMap.parse("0 0 1\n").isWhole()).isFalse();
    assertThat(UidMap.parse("0 100000 65536\n").isWhole()).isFalse();
    assertThat(UidMap.parse("").isWhole()).isFalse();
  }

  @Test
  void somebody_in_a_namespace_is_named_by_the_id_outside() {
    var map = UidMap.parse("         0       1000          1\n         1     100000      65536\n");

    assertThat(map.outside(0)).isEqualTo("uid-1000");
    assertThat(map.outside(34)).isEqualTo("uid-100033");
    assertThat(map.outside(70_000)).isEqualTo("uid-unknown");
  }

  // Red when: Persons.deciding() does not ask whether the account is proven.
  @Test
  void nobody_decides_from_within_a_namespace_and_what_they_start_tells_of_it() {
    var account = Surroundings.Account.inNamespace("uid-1000", "db-1");

    assertThat(Persons.of(account).account()).isEqualTo("os:uid-1000@db-1 in a user namespace");
    assertThatThrownBy(() -> Persons.deciding(account, Set.of()))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(RecoveryCode.NOT_PERMITTED));
  }

  // Red when: Persons.starting() asks it always, or never: an initiator who is nobody that can be
  // told approves what they started from outside of the namespace.
  @Test
  void a_recovery_that_somebody_else_approves_is_not_started_from_within_a_namespace() {
    var account = Surroundings.Account.inNamespace("uid-1000", "db-1");

    assertThatThrownBy(() -> Persons.starting(account, plan(1))).isInstanceOf(Refused.class);
    assertThat(Persons.starting(account, plan(0))).isEqualTo(Persons.of(account));
    assertThat(
            Persons.starting(new Surroundings.Account("alice", "db-1"), plan(1)).account())
        .isEqualTo("os:alice@db-1");
  }

  private static Plan plan(int approvals) {
    var header = new Plan.Header(
        Scenario.DATABASE_LOSS,
        Plan.Purpose.RECOVERY,
        new ApplicationName("shop"),
        new EnvironmentName("prod"),
        new Plan.Objectives(Duration.ofMinutes(15), Duration.ofSeconds(60)),
        new Role("operator"),
        Instant.parse("2026-11-23T12:58:00Z"),
        Json.object());
    var approve = Step.of("approve", "agree to go on", Phase.DATABASE)
        .approval("Go on?", new Role("approver"), approvals, BreakGlass.ALLOWED);
    return new Plan(header, List.of(approve), List.of());
  }
}
