package io.aegis.postgres.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Target;
import io.aegis.postgres.Target.Reading;
import io.aegis.repository.SnapshotId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTextTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NOW = Instant.parse("2026-11-23T13:00:00Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T12:58:00Z",
        "2026-11-23 12:58:00+00",
        "2026-11-23 13:58:00+01:00",
        "2026-11-23T13:58+0100",
        "2026-11-23 13:58:00.000 +01:00",
        "2026-11-23 12:58:00,0Z",
        // Red when: TargetText.inZone is not asked: every screen shows moments so.
        "2026-11-23 13:58:00 CET",
        "2026-11-23 12:58:00 UTC",
        "2026-11-23 13:58 CET"
      })
  void a_time_with_its_zone_is_clear(String text) {
    assertThat(read(text))
        .isEqualTo(new Reading.Clear(new Target.AtTime(Instant.parse("2026-11-23T12:58:00Z"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-23 13:58", "2026-11-23T13:58:00", "13:58", "13:58:00.0"})
  void a_time_without_a_zone_asks_to_be_confirmed(String text) {
    assertThat(read(text))
        .isEqualTo(new Reading.NeedsConfirmation(
            new Target.AtTime(Instant.parse("2026-11-23T12:58:00Z")), BERLIN, Optional.empty()));
  }

  @Test
  void a_time_of_day_means_the_last_time_the_clock_showed_it() {
    assertThat(read("14:58"))
        .isEqualTo(new Reading.NeedsConfirmation(
            new Target.AtTime(Instant.parse("2026-11-22T13:58:00Z")), BERLIN, Optional.empty()));
  }

  // Red when: TargetText.inZone takes the first moment that the clock showed so, or any name.
  @Test
  void the_name_of_a_zone_tells_the_hours_apart_that_the_clock_showed_twice() {
    assertThat(read("2026-10-25 02:30:00 CEST")).isEqualTo(clear("2026-10-25T00:30:00Z"));
    assertThat(read("2026-10-25 02:30:00 CET")).isEqualTo(clear("2026-10-25T01:30:00Z"));
    assertThat(read("2026-11-23 13:58:00 CEST")).isInstanceOf(Reading.Unreadable.class);
    assertThat(read("2026-11-23 13:58:00 EST")).isInstanceOf(Reading.Unreadable.class);
  }

  private static Reading clear(String moment) {
    return new Reading.Clear(new Target.AtTime(Instant.parse(moment)));
  }

  // Red when: TargetText.onTheClock takes LocalDateTime.atZone, which is the earlier one, alone.
  @Test
  void a_time_that_the_clock_showed_twice_is_both_moments() {
    assertThat(read("2026-10-25 02:30"))
        .isEqualTo(both("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"));
  }

  // Red when: TargetText.mostRecent takes the earlier of the two.
  @Test
  void a_time_of_day_in_the_hour_that_comes_twice_is_the_last_one_that_is_over() {
    var first = Instant.parse("2026-10-25T00:45:00Z");
    assertThat(Target.read("02:30", BERLIN, first))
        .isEqualTo(new Reading.NeedsConfirmation(
            new Target.AtTime(Instant.parse("2026-10-25T00:30:00Z")), BERLIN, Optional.empty()));
    assertThat(Target.read("02:30", BERLIN, first.plusSeconds(3600)))
        .isEqualTo(both("2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z"));
  }

  // Red when: TargetText.onTheClock makes 03:30 of it, as LocalDateTime.atZone does.
  @Test
  void a_time_that_no_clock_showed_is_none_and_a_time_of_day_is_that_of_the_day_before() {
    assertThat(read("2026-03-29 02:30"))
        .isInstanceOfSatisfying(
            Reading.Unreadable.class,
            unreadable -> assertThat(unreadable.reason())
                .contains("from 2026-03-29T02:00 to 2026-03-29T03:00", "2026-03-29T02:30+01:00"));
    assertThat(Target.read("02:30", BERLIN, Instant.parse("2026-03-29T10:00:00Z")))
        .isEqualTo(new Reading.NeedsConfirmation(
            new Target.AtTime(Instant.parse("2026-03-28T01:30:00Z")), BERLIN, Optional.empty()));
  }

  private static Reading both(String meant, String other) {
    return new Reading.NeedsConfirmation(
        new Target.AtTime(Instant.parse(meant)),
        BERLIN,
        Optional.of(new Target.AtTime(Instant.parse(other))));
  }

  @Test
  void the_other_kinds_are_told_apart_by_their_form() {
    assertThat(read("latest")).isEqualTo(new Reading.Clear(new Target.Latest()));
    assertThat(read("2/8E90F8"))
        .isEqualTo(new Reading.Clear(new Target.AtLsn(Lsn.parse("2/8E90F8"))));
    assertThat(read("xid:741")).isEqualTo(new Reading.Clear(new Target.AtTransaction(741)));
    assertThat(read("name:before upgrade"))
        .isEqualTo(new Reading.Clear(new Target.AtRestorePoint("before upgrade")));
    assertThat(read("snapshot:20261123T140451Z-7f3a9c12"))
        .isEqualTo(
            new Reading.Clear(new Target.AtSnapshot(new SnapshotId("20261123T140451Z-7f3a9c12"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "xid:2",
        "xid:x",
        "name:",
        "snapshot:x",
        "2026-13-01T00:00Z",
        "2026-11-23T25:00Z",
        "25:00",
        "0/123456789"
      })
  void what_is_no_target_is_said_to_be_none(String text) {
    assertThat(read(text)).isInstanceOf(Reading.Unreadable.class);
  }

  // Red when: TargetText.time does not call requireDay: the day is then the last of its month.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-31T23:00:00Z",
        "2026-11-31 23:00",
        "2026-02-29 10:00:00+01:00",
        "2026-02-30T10:00:00Z",
        "2100-02-29T10:00Z"
      })
  void a_day_that_does_not_exist_is_no_target(String text) {
    assertThat(read(text)).isInstanceOf(Reading.Unreadable.class);
  }

  // Red when: the formatters of TargetText are strict as a whole: they refuse 24:00 then.
  @Test
  void a_leap_day_is_a_day_and_24_00_is_the_midnight_at_its_end() {
    assertThat(read("2028-02-29T10:00Z"))
        .isEqualTo(new Reading.Clear(new Target.AtTime(Instant.parse("2028-02-29T10:00:00Z"))));
    assertThat(read("2026-11-30 24:00:00Z"))
        .isEqualTo(new Reading.Clear(new Target.AtTime(Instant.parse("2026-12-01T00:00:00Z"))));
  }

  // Red when: TargetText.time does not look whether a bare number was typed.
  @Test
  void who_types_a_bare_number_is_told_how_a_transaction_is_written() {
    assertThat(read("732"))
        .isInstanceOfSatisfying(
            Reading.Unreadable.class,
            unreadable -> assertThat(unreadable.reason()).contains("a transaction is xid:732"));
  }

  private static Reading read(String text) {
    return Target.read(text, BERLIN, NOW);
  }
}
