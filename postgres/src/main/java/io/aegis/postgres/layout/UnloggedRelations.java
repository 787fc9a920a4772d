package io.aegis.postgres.layout;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The unlogged relations of one database's directory (trap T9). Recovery makes them anew from their
 * init forks, so nothing but those is worth keeping.
 *
 * @param numbers their file numbers, as digits
 */
record UnloggedRelations(Set<String> numbers) {
  static final UnloggedRelations NONE = new UnloggedRelations(Set.of());

  private static final Pattern INIT_FORK = Pattern.compile("(\\d+)_init");
  private static final Pattern OTHER_FORK = Pattern.compile("(\\d+)(?:_(?:fsm|vm))?(?:\\.\\d+)?");

  static UnloggedRelations among(List<String> names) {
    var numbers = new HashSet<String>();
    for (var name : names) {
      var init = INIT_FORK.matcher(name);
      if (init.matches()) {
        numbers.add(init.group(1));
      }
    }
    return numbers.isEmpty() ? NONE : new UnloggedRelations(numbers);
  }

  boolean drops(String name) {
    if (numbers.isEmpty()) {
      return false;
    }
    var fork = OTHER_FORK.matcher(name);
    return fork.matches() && numbers.contains(fork.group(1));
  }
}
