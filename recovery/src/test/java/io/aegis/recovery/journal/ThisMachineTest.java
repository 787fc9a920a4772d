package io.aegis.recovery.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.recovery.Person;
import io.aegis.recovery.journal.Processes.Sign;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThisMachineTest {
  private static final Person ALICE = new Person("os:alice@db-1", Set.of());

  private final ThisMachine machine = new ThisMachine();
  private Leader own = machine.here(ALICE, "none");
  private final Process other = other();

  @BeforeEach
  void take_the_lead() {
    own = machine.here(ALICE, "0123456789abcdef");
  }

  @AfterEach
  void end_everything() {
    machine.ended(own);
    other.destroyForcibly();
  }

  // Red when: the wall clock decides although both sides know the ticks.
  @Test
  void a_process_lives_on_when_the_clock_is_set_after_its_lead_was_written() {
    assertThat(machine.look(clockSet(own))).isEqualTo(Sign.ALIVE);
    assertThat(machine.look(clockSet(leaderOf(other)))).isEqualTo(Sign.ALIVE);
  }

  // Red when: the ticks are not compared.
  @Test
  void another_process_with_the_number_of_one_that_ended_is_not_taken_for_it() {
    var start = leaderOf(other).begun();
    var earlier = new Start(start.clock(), OptionalLong.of(start.ticks().orElseThrow() - 1));

    assertThat(machine.look(with(leaderOf(other), earlier))).isEqualTo(Sign.DEAD);
  }

  // Red when: a start without ticks is never the same, or is the same as any.
  @Test
  void a_lead_that_an_earlier_build_wrote_is_judged_by_the_wall_clock() {
    var clock = leaderOf(other).begun().clock();

    assertThat(machine.look(with(leaderOf(other), Start.byClock(clock)))).isEqualTo(Sign.ALIVE);
    assertThat(machine.look(with(leaderOf(other), Start.byClock(clock.minusSeconds(1)))))
        .isEqualTo(Sign.DEAD);
  }

  // Red when: the machine does not hold the namespace, or a number of another one is looked up.
  @Test
  void a_leader_whose_processes_are_numbered_apart_is_out_of_sight_and_never_dead() {
    var parts = own.machine().split("/", -1);
    assertThat(parts).hasSize(3);
    assertThat(parts[2]).matches("pid:\\[\\d+]");
    for (String elsewhere : List.of("pid:[1]", "unknown-pids")) {
      var machineThere = parts[0] + "/" + parts[1] + "/" + elsewhere;

      assertThat(machine.look(on(machineThere, own))).isEqualTo(Sign.OUT_OF_SIGHT);
      assertThat(machine.look(on(machineThere, leaderOf(other)))).isEqualTo(Sign.OUT_OF_SIGHT);
    }
  }

  // Red when: a name without a namespace is taken for this one's.
  @Test
  void a_lead_that_was_written_before_namespaces_were_is_judged_by_its_signs_of_life() {
    var parts = own.machine().split("/", -1);
    var before = on(parts[0] + "/" + parts[1], leaderOf(other));

    assertThat(machine.look(before)).isEqualTo(Sign.OUT_OF_SIGHT);
  }

  // Red when: the fields are counted from the first parenthesis or from the beginning.
  @Test
  void the_name_of_a_program_may_hold_spaces_and_parentheses() {
    var stat = "4711 (a) b (c d) S 1 4711 4711 0 -1 4194560 9 0 0 0 1 2 0 0 20 0 1 0 987654 42 7";

    assertThat(ProcStat.startTicks(stat)).hasValue(987654);
    assertThat(ProcStat.startTicks("4711 (cut")).isEmpty();
  }

  private static Leader clockSet(Leader leader) {
    var moved = leader.begun().clock().plus(Duration.ofMinutes(5));
    return with(leader, new Start(moved, leader.begun().ticks()));
  }

  private static Leader with(Leader leader, Start start) {
    return new Leader(leader.person(), leader.machine(), leader.pid(), start, leader.nonce());
  }

  private static Leader on(String machine, Leader leader) {
    return new Leader(leader.person(), machine, leader.pid(), leader.begun(), leader.nonce());
  }

  private Leader leaderOf(Process process) {
    var start =
        new Start(process.info().startInstant().orElseThrow(), ProcStat.startTicks(process.pid()));
    return new Leader(ALICE, own.machine(), process.pid(), start, "fedcba9876543210");
  }

  private static Process other() {
    try {
      return new ProcessBuilder("sleep", "60").start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
