package io.aegis.cli.plan;

import io.aegis.cli.CliCode;
import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.LocalTime;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.Target;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The moment that was asked for: how it was understood is said, and confirmed where it is open.
 *
 * @param command the one behind which it was typed
 */
record TargetQuestion(Session session, String command) {

  private static final int ATTEMPTS = 3;

  /**
   * @param text as it stands behind {@code --to}
   * @throws Failure.Refused if it is no target, or a time without zone that nobody confirms
   */
  Target target(String text) {
    ZoneId zone = session.terminal().look().zone();
    return switch (Target.read(text, zone, session.time().now())) {
      case Target.Reading.Clear(Target.AtTime at) -> {
        session.remark(text + " means " + inBoth(at.time()));
        yield at;
      }
      case Target.Reading.Clear(var target) -> target;
      case Target.Reading.NeedsConfirmation(var at, var _, var other) -> confirmed(text, at, other);
      case Target.Reading.Unreadable(var reason) ->
        throw new Failure.Refused(
            Report.of(CliCode.USAGE, "'" + text + "' is not a moment to recover to")
                .why(reason)
                .safe("nothing was started")
                .next("aegis points", command + " --to latest"));
    };
  }

  private Target confirmed(String text, Target.AtTime at, Optional<Target.AtTime> other) {
    if (!session.terminal().canAsk()) {
      throw other.map(second -> twice(text, at, second)).orElseGet(() -> open(text, at));
    }
    if (other.isPresent()) {
      session.remark("the clock showed " + text + " twice: " + inBoth(at.time()) + " and "
          + inBoth(other.get().time()));
    }
    for (var each : Stream.concat(Stream.of(at), other.stream()).toList()) {
      if (isConfirmed(text + " means " + inBoth(each.time()) + ". Is that the moment? yes/no: ")) {
        return each;
      }
    }
    throw new Failure.Refused(Report.of(CliCode.NOT_CONFIRMED, "the moment was not confirmed")
        .safe("nothing was started")
        .next("write the zone:   " + to("2026-11-23T13:58:00+01:00")));
  }

  private Failure.Refused open(String text, Target.AtTime at) {
    var report = withoutZone(text)
        .why("in a script nobody can confirm that " + inBoth(at.time()) + " is meant");
    return new Failure.Refused(
        isUtc() ? report.next(to(at.time())) : report.next(to(zoned(at)), to(at.time())));
  }

  private Failure.Refused twice(String text, Target.AtTime one, Target.AtTime other) {
    return new Failure.Refused(withoutZone(text)
        .why("the clock showed it twice, and in a script nobody can say which is meant: "
            + inBoth(one.time()) + " or " + inBoth(other.time()))
        .next(to(zoned(one)), to(zoned(other))));
  }

  private String to(Object moment) {
    return command + " --to " + moment;
  }

  private static Report.Draft withoutZone(String text) {
    return Report.of(CliCode.TIME_WITHOUT_ZONE, "'" + text + "' has no zone")
        .safe("nothing was started");
  }

  private OffsetDateTime zoned(Target.AtTime at) {
    return at.time().atZone(session.terminal().look().zone()).toOffsetDateTime();
  }

  /** Asks until it is answered, or nobody is there any more. */
  private boolean isConfirmed(String question) {
    String asked = question;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      switch (session.ask(asked).orElse("no").toLowerCase(Locale.ROOT)) {
        case "yes", "y" -> {
          return true;
        }
        case "no", "n" -> {
          return false;
        }
        default -> asked = "Please answer yes or no. " + question;
      }
    }
    return false;
  }

  /** As people here write it, and as the log does; once, where that is the same. */
  private String inBoth(Instant moment) {
    String here = session.localTime().full(moment);
    return isUtc() ? here : here + " = " + LocalTime.utc(moment);
  }

  private boolean isUtc() {
    return session.terminal().look().zone().normalized().equals(ZoneOffset.UTC);
  }
}
