package io.aegis.postgres.restore;

import static io.aegis.postgres.PostgresCode.ACCOUNT_UNUSABLE;

import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.postgres.account.Account;
import io.aegis.postgres.server.Binaries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether the restored database can belong to the account it shall belong to, and be run by it:
 * what otherwise fails when everything is copied, with the words of another program.
 */
public final class Ownership {
  private final List<Path> places;
  private final String account;
  private final Binaries binaries;

  /**
   * @param places every directory to be made
   * @param account whose they become; empty: whoever runs Aegis
   */
  public Ownership(List<Path> places, String account, Binaries binaries) {
    this.places = List.copyOf(places);
    this.account = account;
    this.binaries = binaries;
  }

  public Check check() {
    try {
      return check(Account.planned(account));
    } catch (Refused e) {
      return new Check.Refusal(e.report());
    }
  }

  private Check check(Account owner) {
    var we = Account.own();
    if (!we.isRoot() && owner.user() != we.user()) {
      return new Check.Refusal(cannot(owner, "Aegis runs as " + we.name() + ", not as root"));
    }
    var shut = places.stream().map(Ownership::nearest).filter(there -> !Files.isWritable(there));
    var first = shut.findFirst();
    if (first.isPresent()) {
      return new Check.Refusal(
          cannot(owner, "Aegis, as " + we.name() + ", cannot write to " + first.get()));
    }
    if (!we.isRoot()) {
      return new Check.Fine("the files will be " + we.name() + "'s");
    }
    if (owner.isRoot()) {
      return new Check.Warning("the restored files will be root's, as whom PostgreSQL does not run;"
          + " Aegis gets around that, other tools do not: set recovery.account");
    }
    return obstacle(owner)
        .<Check>map(why -> new Check.Refusal(cannot(owner, why)))
        .orElseGet(() -> new Check.Fine("the files will be " + owner.name() + "'s"));
  }

  private static Report cannot(Account owner, String why) {
    return Report.of(
            ACCOUNT_UNUSABLE, "the restored database cannot be " + owner.name() + "'s and run so")
        .why(why)
        .safe("nothing was written")
        .next(
            "choose a place that it can enter and write to: 'recovery.directory' in aegis.yaml, or"
                + " --into",
            "or let it in: chmod a+x <directory>; to write, it has to own it",
            "or set 'recovery.account' in aegis.yaml to an account that can; or run Aegis as "
                + owner.name());
  }

  private Optional<String> obstacle(Account owner) {
    for (var place : places) {
      var parent = place.getParent();
      var around = parent == null ? place : nearest(parent);
      if (!succeeds(owner, "test", "-x", around.toString())) {
        return Optional.of(owner.name() + " cannot enter " + around);
      }
    }
    var server = binaries.directory().resolve("postgres").toString();
    return succeeds(owner, server, "--version")
        ? Optional.empty()
        : Optional.of(owner.name() + " cannot run " + server);
  }

  private static boolean succeeds(Account owner, String... program) {
    try {
      return owner.succeeds(program);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Path nearest(Path path) {
    var here = path;
    while (!Files.exists(here)) {
      here = DurableFiles.parentOf(here);
    }
    return here;
  }
}
