package io.aegis.postgres.restore;

import io.aegis.postgres.server.Binaries;
import java.nio.file.Path;
import java.util.List;

/** Says whether the account of this process could restore into a place. */
final class AskOwnership {
  private AskOwnership() {}

  public static void main(String[] args) {
    var place = Path.of(args[0]);
    switch (new Ownership(List.of(place), "", new Binaries(place)).check()) {
      case Check.Refusal(var report) -> System.out.println(report.why());
      case Check.Fine(var words) -> System.out.println(words);
      case Check.Warning(var words) -> System.out.println(words);
    }
  }
}
