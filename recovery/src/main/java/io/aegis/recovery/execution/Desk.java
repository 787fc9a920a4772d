package io.aegis.recovery.execution;

import io.aegis.kernel.Failure.Unavailable;
import io.aegis.kernel.TimeSource;
import io.aegis.recovery.Executions;
import io.aegis.recovery.Executions.Request;
import io.aegis.recovery.Person;
import io.aegis.recovery.Watcher;
import io.aegis.recovery.approval.Permission;
import io.aegis.recovery.execution.Inbox.Asked;
import io.aegis.recovery.execution.Inbox.Unanswered;
import io.aegis.recovery.execution.Inbox.Unreadable;
import io.aegis.recovery.journal.Event;
import io.aegis.storage.ObjectKey;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Where the leader answers what people ask: those of its own process at once, even while the
 * repository is away; those of others by looking into the repository now and then. Every answer is
 * an entry of the journal.
 */
final class Desk {
  private final Inbox inbox;
  private final Ledger ledger;
  private final TimeSource time;
  private final Watcher watcher;
  private final Set<ObjectKey> passedBy = new HashSet<>();
  private final Queue<Asked> within = new ConcurrentLinkedQueue<>();
  private Optional<Request.Stop> stop = Optional.empty();
  private boolean looked;
  private long lookedNanos;

  Desk(Inbox inbox, Ledger ledger, Attempt.Setting setting) {
    this.inbox = inbox;
    this.ledger = ledger;
    this.time = setting.time();
    this.watcher = setting.watcher();
    this.stop = ledger.picture().ending();
  }

  /** From any thread of this process. */
  void ask(Person person, Request request) {
    within.add(new Asked(0, person, request));
  }

  /** Whether the execution has to come to a standstill, and what is to follow. */
  Optional<Request.Stop> stop() {
    return stop;
  }

  /** Answers everything that was asked until now. */
  void answer() {
    for (var asked = within.poll(); asked != null; asked = within.poll()) {
      answer(asked);
    }
    if (ledger.isInRepository() && isTimeToLook()) {
      boolean first = !looked;
      looked = true;
      lookedNanos = time.nanos();
      var unanswered = unanswered();
      unanswered.unreadable().forEach(this::passBy);
      for (var asked : firstWhatHoldsBack(unanswered.asked())) {
        if (first && isOutdated(asked.request())) {
          refuse(asked, "it was resumed since");
        } else {
          answer(asked);
        }
      }
    }
  }

  /** Of what nobody has answered yet, a no is heard before the yes that came earlier. */
  private static List<Asked> firstWhatHoldsBack(List<Asked> asked) {
    return asked.stream()
        .sorted(Comparator.comparing(one -> !holdsBack(one.request())))
        .toList();
  }

  private static boolean holdsBack(Request request) {
    return request instanceof Request.Decline || request instanceof Request.Stop;
  }

  private boolean isTimeToLook() {
    return !looked || time.nanos() - lookedNanos >= Executions.POLL.toNanos();
  }

  private Unanswered unanswered() {
    try {
      return inbox.unanswered(ledger.picture());
    } catch (Unavailable away) {
      return new Unanswered(
          List.of(),
          List.of()); // asked again at the next look; the journal notices that it is away
    }
  }

  // Said once in each lead, but looked at each time: a copy may bring the request back.
  private void passBy(Unreadable request) {
    if (passedBy.add(request.name())) {
      ledger.write(new Event.Noted(
          "a request is passed by, since it cannot be read: " + request.why().headline()));
      watcher.passedBy(request.name().name());
    }
  }

  // Who resumes wants it to go on, whatever pause somebody asked of the leader before.
  private static boolean isOutdated(Request request) {
    return request instanceof Request.Stop stop && stop.then() == Request.Then.PAUSE;
  }

  private void answer(Asked asked) {
    var refusal = new Permission(ledger.view(), asked.person()).refusal(asked.request());
    if (refusal.isPresent()) {
      refuse(asked, refusal.get().headline());
      return;
    }
    ledger.write(new Event.Decided(
        asked.number(), asked.person(), asked.request(), Event.Verdict.ACCEPTED, ""));
    if (asked.request() instanceof Request.Stop stronger) {
      stop = Optional.of(stop.map(weaker -> stronger(weaker, stronger)).orElse(stronger));
    }
  }

  private void refuse(Asked asked, String why) {
    ledger.write(new Event.Decided(
        asked.number(), asked.person(), asked.request(), Event.Verdict.REFUSED, why));
  }

  private static Request.Stop stronger(Request.Stop a, Request.Stop b) {
    return new Request.Stop(
        a.when().compareTo(b.when()) >= 0 ? a.when() : b.when(),
        a.then().compareTo(b.then()) >= 0 ? a.then() : b.then(),
        b.reason());
  }
}
