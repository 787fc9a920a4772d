package io.aegis.postgres.target;

import io.aegis.postgres.Lsn;
import io.aegis.postgres.Target;
import io.aegis.postgres.Target.Reading;
import io.aegis.repository.SnapshotId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a target as people write it. A time is never guessed in silence: without a zone it is read
 * in the zone of the one who asks, and the answer says that this needs to be confirmed.
 */
public final class TargetText {
  private static final Pattern LSN = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");
  private static final Pattern CLOCK = Pattern.compile("\\d{1,2}:\\d{2}(:\\d{2}([.,]\\d{1,9})?)?");
  private static final Pattern NAMED_ZONE = Pattern.compile("(.*\\d)(\\p{Upper}{2,5})");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");
  private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
      .appendPattern("H:mm[:ss]")
      .optionalStart()
      .appendFraction(java.time.temporal.ChronoField.NANO_OF_SECOND, 1, 9, true)
      .optionalEnd()
      .toFormatter(java.util.Locale.ROOT);
  private static final DateTimeFormatter LOCAL = new DateTimeFormatterBuilder()
      .append(DateTimeFormatter.ISO_LOCAL_DATE)
      .appendLiteral('T')
      .append(TIME)
      .toFormatter(java.util.Locale.ROOT);
  private static final DateTimeFormatter ZONED = new DateTimeFormatterBuilder()
      .append(LOCAL)
      .appendPattern("[XXX][XX][X]")
      .toFormatter(java.util.Locale.ROOT);
  private static final DateTimeFormatter ZONE =
      DateTimeFormatter.ofPattern("zzz", java.util.Locale.ENGLISH);
  private static final String FORMS =
      "write latest, a time with its zone (2026-11-23T12:58:00Z, 2026-11-23 13:58:00+01:00), an LSN"
          + " (2/8E90F8), xid:<number>, name:<restore point> or snapshot:<id>";

  private final ZoneId zone;
  private final Instant now;

  public TargetText(ZoneId zone, Instant now) {
    this.zone = zone;
    this.now = now;
  }

  public Reading read(String text) {
    if (text.equals("latest")) {
      return new Reading.Clear(new Target.Latest());
    }
    if (LSN.matcher(text).matches()) {
      return new Reading.Clear(new Target.AtLsn(Lsn.parse(text)));
    }
    int colon = text.indexOf(':');
    return switch (colon < 0 ? "" : text.substring(0, colon)) {
      case "xid" -> transaction(text.substring(colon + 1));
      case "name" -> name(text.substring(colon + 1));
      case "snapshot" -> snapshot(text.substring(colon + 1));
      default -> time(text);
    };
  }

  private static Reading transaction(String digits) {
    try {
      return new Reading.Clear(new Target.AtTransaction(Long.parseLong(digits)));
    } catch (IllegalArgumentException e) {
      return new Reading.Unreadable(
          "'" + digits + "' is no transaction id: it is a number from 3 to 4294967295");
    }
  }

  private static Reading name(String name) {
    // 63 bytes: MAXFNAMELEN of src/include/access/xlog_internal.h, less the closing zero.
    return name.isEmpty() || name.length() > 63
        ? new Reading.Unreadable("a restore point's name has 1 to 63 characters")
        : new Reading.Clear(new Target.AtRestorePoint(name));
  }

  private static Reading snapshot(String id) {
    try {
      return new Reading.Clear(new Target.AtSnapshot(new SnapshotId(id)));
    } catch (IllegalArgumentException e) {
      return new Reading.Unreadable("'" + id + "' is no snapshot; 'aegis points' lists them");
    }
  }

  private Reading time(String text) {
    try {
      if (CLOCK.matcher(text).matches()) {
        return mostRecent(LocalTime.parse(text.replace(',', '.'), TIME));
      }
      String iso = text.replaceFirst("^(\\S+) +", "$1T").replace(" ", "").replace(',', '.');
      requireDay(iso);
      var named = NAMED_ZONE.matcher(iso);
      if (named.matches()) {
        return inZone(LocalDateTime.parse(named.group(1), LOCAL), named.group(2));
      }
      return switch (ZONED.parseBest(iso, OffsetDateTime::from, LocalDateTime::from)) {
        case OffsetDateTime exact -> new Reading.Clear(new Target.AtTime(exact.toInstant()));
        case LocalDateTime shown -> onTheClock(shown);
        default -> throw new IllegalStateException("parsed as something that was not asked for");
      };
    } catch (DateTimeException e) {
      String meant = NUMBER.matcher(text).matches() ? "a transaction is xid:" + text + "; " : "";
      return new Reading.Unreadable("'" + text + "' is no target: " + meant + FORMS);
    }
  }

  /**
   * A formatter that is part of another one forgets that it is strict, and makes 30 November of the
   * 31st; and the whole of it strict would refuse 24:00, which PostgreSQL takes as well.
   */
  private static void requireDay(String iso) {
    LocalDate.parse(iso.split("T", 2)[0], DateTimeFormatter.ISO_LOCAL_DATE);
  }

  /** As each moment is shown to people: such a name says what it means on their own clock only. */
  private Reading inZone(LocalDateTime shown, String name) {
    if (name.equals("UTC")) {
      return new Reading.Clear(new Target.AtTime(shown.toInstant(ZoneOffset.UTC)));
    }
    return moments(shown).stream()
        .filter(moment -> ZONE.format(moment.atZone(zone)).equals(name))
        .findFirst()
        .<Reading>map(moment -> new Reading.Clear(new Target.AtTime(moment)))
        .orElseGet(() -> new Reading.Unreadable(
            "'" + name + "' is no zone that the clock here shows then: " + FORMS));
  }

  /** A clock that is set back shows an hour twice, and one that is set on leaves one out. */
  private Reading onTheClock(LocalDateTime shown) {
    var moments = moments(shown);
    return switch (moments.size()) {
      case 0 -> neverShown(shown);
      case 1 -> open(moments.getFirst(), Optional.empty());
      default -> open(moments.getFirst(), Optional.of(moments.getLast()));
    };
  }

  /**
   * A bare time of day means the last time the clock showed it: a target is never in the future.
   */
  private Reading mostRecent(LocalTime time) {
    var shown = LocalDate.ofInstant(now, zone).atTime(time);
    while (moments(shown).stream().allMatch(moment -> moment.isAfter(now))) {
      shown = shown.minusDays(1);
    }
    var past = moments(shown).stream().filter(moment -> !moment.isAfter(now)).toList();
    return open(past.getLast(), past.size() > 1 ? Optional.of(past.getFirst()) : Optional.empty());
  }

  /** When the clock showed it, earliest first: once, twice or never. */
  private List<Instant> moments(LocalDateTime shown) {
    return zone.getRules().getValidOffsets(shown).stream()
        .map(shown::toInstant)
        .sorted()
        .toList();
  }

  private Reading open(Instant moment, Optional<Instant> other) {
    return new Reading.NeedsConfirmation(
        new Target.AtTime(moment), zone, other.map(Target.AtTime::new));
  }

  private Reading neverShown(LocalDateTime shown) {
    var leap = zone.getRules().getTransition(shown);
    return new Reading.Unreadable("no clock of " + zone + " showed " + shown + ": it was set from "
        + leap.getDateTimeBefore() + " to " + leap.getDateTimeAfter()
        + "; write the zone that is meant: " + shown.atOffset(leap.getOffsetBefore()) + " or "
        + shown.atOffset(leap.getOffsetAfter()));
  }
}
