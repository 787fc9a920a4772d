package io.aegis.kernel;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What somebody may have meant who typed a word that is not known. */
public final class Spelling {
  private Spelling() {}

  /**
   * The known words that {@code typed} is likely a slip of, the closest first; at most three, and
   * none when nothing is close.
   */
  public static List<String> nearest(String typed, Collection<String> known) {
    String word = typed.toLowerCase(Locale.ROOT);
    int tolerated = Math.max(1, word.length() / 3);
    return known.stream()
        .distinct()
        .filter(candidate -> distance(word, candidate.toLowerCase(Locale.ROOT)) <= tolerated)
        .sorted(Comparator.comparingInt(
                (String candidate) -> distance(word, candidate.toLowerCase(Locale.ROOT)))
            .thenComparing(Comparator.naturalOrder()))
        .limit(3)
        .toList();
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  static int distance(String from, String to) {
    var cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= to.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      for (int j = 1; j <= to.length(); j++) {
        int replaced = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        if (swapped(from, to, i, j)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[from.length()][to.length()];
  }

  private static boolean swapped(String from, String to, int i, int j) {
    return i > 1
        && j > 1
        && from.charAt(i - 1) == to.charAt(j - 2)
        && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
