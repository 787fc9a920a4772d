package io.aegis.postgres.snapshot;

import io.aegis.postgres.BaseBackups.CorruptPage;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.snapshot.BackupFacts.CorruptPages;
import java.util.ArrayList;
import java.util.List;

/**
 * The pages that did not match their checksum. A page that claims to be newer than the backup's
 * beginning is believed for now, because the log then holds it; at the end of the backup its claim
 * can be checked: no page can be newer than that (the hole that T18 leaves open otherwise).
 *
 * <p>Safe for use by many threads.
 */
final class PageFindings {
  private final List<Claim> claims = new ArrayList<>();
  private final List<CorruptPage> first = new ArrayList<>();
  private long corrupt;
  private long unlistedClaims;

  private record Claim(CorruptPage page, Lsn lsn) {}

  synchronized void corrupt(CorruptPage page) {
    corrupt++;
    if (first.size() < CorruptPages.LISTED) {
      first.add(page);
    }
  }

  synchronized void coveredByLog(CorruptPage page, Lsn lsn) {
    if (claims.size() < CorruptPages.LISTED) {
      claims.add(new Claim(page, lsn));
    } else {
      unlistedClaims++; // that many torn pages do not happen: they are counted as corrupt
    }
  }

  /** The verdict, now that the backup is known to end at {@code end}. */
  synchronized CorruptPages conclude(Lsn end) {
    for (var claim : claims) {
      if (claim.lsn().isAfter(end)) {
        corrupt(claim.page());
      }
    }
    claims.clear();
    return new CorruptPages(corrupt + unlistedClaims, first);
  }
}
