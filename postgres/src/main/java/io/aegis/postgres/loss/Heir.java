package io.aegis.postgres.loss;

import io.aegis.postgres.DatabaseLoss.Request;
import io.aegis.postgres.DatabaseLoss.Source;
import io.aegis.postgres.Readiness;
import io.aegis.postgres.Readiness.Level;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.restore.Check;
import io.aegis.postgres.restore.Ownership;
import io.aegis.postgres.server.Binaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Whose a recovered database becomes. Root cannot keep it, since PostgreSQL refuses root: without a
 * word in the configuration it goes to whom its place was given, or to whoever owned what was lost.
 */
public final class Heir {
  private static final String SUBJECT = "account";

  private Heir() {}

  /** An account; empty: whoever runs Aegis. */
  static String of(Request asked) {
    return of(asked, asked.place().dataDirectory());
  }

  /** The same, for another place than the one that is asked for. */
  static String of(Request asked, Path dataDirectory) {
    if (!asked.place().account().isEmpty()) {
      return asked.place().account();
    }
    if (!Account.own().isRoot()) {
      return Account.own().name(); // root may go on with it
    }
    var target = dataDirectory.toAbsolutePath().normalize();
    var existing = Stream.of(target).filter(Files::exists);
    var lost = lost(asked.source()).stream().map(Heir::nearest);
    return Stream.of(existing, lost, Stream.of(nearest(target)))
        .flatMap(Function.identity())
        .map(Account::ownerOf)
        .filter(owner -> !owner.isRoot())
        .map(Account::name)
        .findFirst()
        .orElse("");
  }

  /** Whether it could come back as theirs, and run so, as this machine is now. */
  public static Readiness readiness(Request asked) {
    var place = asked.place();
    var target = List.of(place.dataDirectory().toAbsolutePath().normalize());
    return switch (new Ownership(target, of(asked), new Binaries(place.binaries())).check()) {
      case Check.Fine(var fact) -> new Readiness(Level.READY, SUBJECT, fact, "");
      case Check.Warning(var fact) ->
        new Readiness(Level.ADVICE, SUBJECT, fact, "set 'recovery.account' in aegis.yaml");
      case Check.Refusal(var report) ->
        new Readiness(
            Level.BLOCKING,
            SUBJECT,
            report.what() + ": " + report.why(),
            String.join("; ", report.next()));
    };
  }

  private static Optional<Path> lost(Source source) {
    return switch (source) {
      case Source.Here here -> Optional.of(here.dataDirectory().toAbsolutePath().normalize());
      case Source.Elsewhere _ -> Optional.empty();
    };
  }

  /** Itself; if it is gone, what is left of the directories around it. */
  static Path nearest(Path path) {
    var here = path;
    while (!Files.exists(here) && here.getParent() != null) {
      here = here.getParent();
    }
    return here;
  }
}
