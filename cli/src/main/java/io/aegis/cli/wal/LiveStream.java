package io.aegis.cli.wal;

import io.aegis.cli.frame.Session;
import io.aegis.cli.terminal.JsonDocument;
import io.aegis.cli.terminal.Paint;
import io.aegis.cli.terminal.Painter;
import io.aegis.cli.terminal.Terminal.Stream;
import io.aegis.kernel.ByteSize;
import io.aegis.kernel.FailureCode;
import io.aegis.kernel.HumanTime;
import io.aegis.kernel.Report;
import io.aegis.postgres.WalStream;
import io.aegis.postgres.WalStream.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A stream as it runs: one line for what people must know, and one that is kept up to date. */
final class LiveStream implements WalStream.Listener, Painter.Content, AutoCloseable {
  private static final Duration SLOW = Duration.ofSeconds(3);

  private final Session session;
  private final Paint paint;
  private final Painter painter;
  private final Instant begun;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicReference<@Nullable FailureCode> waitedFor = new AtomicReference<>();

  private final AtomicReference<WalStream.@Nullable KeepPolicy> policy = new AtomicReference<>();

  /** Since when the log waits that is being stored. */
  private final AtomicReference<@Nullable Instant> storing = new AtomicReference<>();

  private final AtomicReference<String> state = new AtomicReference<>("connecting");

  LiveStream(Session session) {
    this.session = session;
    this.paint = session.paint(Stream.ERR);
    this.begun = session.time().now();
    this.painter = new Painter(session.terminal().err(), session.progressStyle(), this);
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.Streaming e -> streaming(e);
      case Event.Storing e -> storing.set(session.time().now().minus(e.age()));
      case Event.Durable e -> {
        storing.set(null);
        bytes.addAndGet(e.bytes());
        requests.addAndGet(e.requests());
        state.set("durable to " + e.to() + "  lag " + HumanTime.of(e.lag()));
      }
      case Event.Silence e ->
        state.set("durable to " + e.durable() + "  nothing new at "
            + session.localTime().brief(e.asOf()));
      case Event.Compacted e -> requests.addAndGet(e.parts());
      case Event.TimelineSwitched e ->
        say("TimelineSwitched", "timeline " + e.from() + " became " + e.to() + " at " + e.at());
      case Event.Policy e -> tell(e.policy());
      case Event.SlotAtRisk e ->
        warn(
            "SlotAtRisk",
            "the replication slot is " + e.status()
                + ": the server is about to remove log that is not durable yet");
      case Event.GapDeclared e ->
        warn(
            "GapDeclared",
            (e.from().equals(e.to())
                    ? "the server wrote with wal_level = minimal at " + e.from()
                        + ", and nothing is replayed past that"
                    : "log is lost from " + e.from() + " to " + e.to())
                + "; take a snapshot now: aegis backup");
      case Event.DamageMet e -> warn("DamageMet", words(e.report()));
      case Event.Mended e ->
        say(
            "Mended",
            "log that was damaged here is stored anew, from " + e.from() + " to " + e.to()
                + " of timeline " + e.timeline());
      case Event.Waiting e -> warn("Waiting", waiting(e));
    }
  }

  private void streaming(Event.Streaming e) {
    waitedFor.set(null);
    say(
        "Streaming",
        "streaming timeline " + e.timeline() + " of " + e.incarnation() + " from " + e.from());
  }

  /** What can be done is said with the first of many tries that fail alike. */
  private String waiting(Event.Waiting e) {
    storing.set(null);
    state.set("waiting, to try again");
    boolean isNew = !e.reason().code().equals(waitedFor.getAndSet(e.reason().code()));
    return e.reason().headline() + "; trying again in " + HumanTime.of(e.pause())
        + (isNew ? ". Meanwhile: " + String.join("; ", e.reason().next()) : "");
  }

  /** Says how far the repository goes, and no more than that. */
  void ended(WalStream.Ending ending) {
    switch (ending) {
      case WalStream.Ending.Whole whole ->
        say(
            "Stopped",
            "stopped; "
                + whole
                    .durable()
                    .map(lsn -> "durable to " + lsn + ": all that had arrived")
                    .orElse("nothing had arrived"));
      case WalStream.Ending.CutShort cut ->
        warn(
            "StoppedShort",
            cut.durable()
                .map(lsn ->
                    "stopped; durable to " + lsn + ", not more: " + cut.why().headline()
                        + ". The rest is with the server alone, which keeps it for the slot")
                .orElse("stopped; nothing was streamed: " + cut.why().headline()));
    }
  }

  private static String words(Report damage) {
    return damage.headline() + "; " + damage.safe() + ". Next: " + String.join("; ", damage.next());
  }

  /** Once, and not before each retry. */
  private void tell(WalStream.KeepPolicy now) {
    if (!now.equals(policy.getAndSet(now))) {
      say("Policy", words(now));
    }
  }

  private static String words(WalStream.KeepPolicy policy) {
    return switch (policy) {
      case WalStream.KeepPolicy.NeverDrop() ->
        "the server keeps log until it is durable here, whatever room that takes";
      case WalStream.KeepPolicy.ProtectPrimary(long most) ->
        "the server drops log that lies further behind than " + new ByteSize(most);
    };
  }

  private void say(String kind, String text) {
    String typed = session.typed(text);
    painter.print(isJson() ? json(kind, typed) : typed);
  }

  private void warn(String kind, String text) {
    String typed = session.typed(text);
    painter.print(isJson() ? json(kind, typed) : paint.yellow("! ") + typed);
  }

  private boolean isJson() {
    return painter.style() == Painter.Style.JSON_LOG;
  }

  private String json(String kind, String text) {
    return JsonDocument.of(kind)
        .with("at", session.time().now().toString())
        .with("text", text)
        .compact();
  }

  @Override
  public String line() {
    long seconds = Math.max(1, session.time().now().getEpochSecond() - begun.getEpochSecond());
    return state.get() + unstored() + "  " + new ByteSize(bytes.get()) + "  "
        + new ByteSize(bytes.get() / seconds) + "/s  " + requests.get() + " requests";
  }

  /** The last lag says nothing of what the store does not take. */
  private String unstored() {
    var since = storing.get();
    var age =
        since == null ? Duration.ZERO : Duration.between(since, session.time().now());
    return age.compareTo(SLOW) < 0
        ? ""
        : "; what came since waits for the store for " + HumanTime.of(age);
  }

  @Override
  public String json() {
    return JsonDocument.of("Progress")
        .with("state", state.get() + unstored())
        .with("bytes", bytes.get())
        .with("requests", requests.get())
        .compact();
  }

  @Override
  public void close() {
    painter.close();
  }
}
