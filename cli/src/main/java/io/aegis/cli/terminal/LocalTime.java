package io.aegis.cli.terminal;

import io.aegis.kernel.HumanTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Moments as people and as scripts read them. */
public record LocalTime(ZoneId zone, Instant now) {
  private static final DateTimeFormatter FULL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss zzz", Locale.ENGLISH);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm zzz", Locale.ENGLISH);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH);
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'", Locale.ENGLISH);

  /** {@code 2026-11-23 13:58:00 CET}. */
  public String full(Instant moment) {
    return FULL.format(moment.atZone(zone));
  }

  /** The same of a moment that is the first of its kind: an earlier second would be none. */
  public String fullSince(Instant moment) {
    var second = moment.truncatedTo(ChronoUnit.SECONDS);
    return full(second.equals(moment) ? moment : second.plusSeconds(1));
  }

  /** {@code 2026-11-23 14:05 CET}. */
  public String minute(Instant moment) {
    return MINUTE.format(moment.atZone(zone));
  }

  /** {@code 14:04:51} of today, else with its date. */
  public String brief(Instant moment) {
    boolean today = moment.atZone(zone).toLocalDate().equals(now.atZone(zone).toLocalDate());
    return today ? CLOCK.format(moment.atZone(zone)) : full(moment);
  }

  /** {@code 2026-11-23 12:58:00Z}. */
  public static String utc(Instant moment) {
    return UTC.format(moment.atOffset(ZoneOffset.UTC));
  }

  /** {@code 14s ago}; {@code in 3m09s} for what lies ahead. */
  public String ago(Instant moment) {
    var age = Duration.between(moment, now);
    if (age.isNegative()) {
      return "in " + HumanTime.of(age.negated());
    }
    return HumanTime.of(age) + " ago";
  }
}
