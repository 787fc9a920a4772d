package io.aegis.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {
  /** What the class says of names, once more and in another language. */
  private static final Pattern NAME = Pattern.compile(
      "(?!\\.{1,2}(/|$))[A-Za-z0-9._-]{1,200}(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]{1,200})*");

  private static final String DRAWN_FROM = "a/.Z9_-ä @[`{^\n";

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "/", "a/", "/a", "a//b", "a/./b", "../a", "a/..", "a b", "ä", "a\n"
      })
  void what_is_not_the_same_name_everywhere_is_no_key(String name) {
    assertThat(ObjectKey.isValid(name)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new ObjectKey(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "...", "..a", "a..", ".a/b.", "snapshots/db/20261123T140451Z-7f3a9c12"})
  void what_is_the_same_name_everywhere_is_one(String name) {
    assertThat(new ObjectKey(name).name()).isEqualTo(name);
  }

  @Test
  void a_segment_has_at_most_200_characters_and_a_key_512() {
    var segment = "s".repeat(200);
    assertThat(ObjectKey.isValid(segment + "/" + segment + "/" + "s".repeat(110)))
        .isTrue();
    assertThat(ObjectKey.isValid(segment + "/" + segment + "/" + "s".repeat(111)))
        .isFalse();
    assertThat(ObjectKey.isValid(segment + "s")).isFalse();
    assertThat(ObjectKey.isValid("a/" + segment + "s/a")).isFalse();
  }

  // Red when: isSegment forgets '..', isAllowed takes one character more or less, or isValid does
  // not look at the segments between.
  @Test
  void names_drawn_at_random_are_keys_exactly_if_the_pattern_says_so() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 200_000; i++) {
      var name = drawn(random);
      assertThat(ObjectKey.isValid(name))
          .as("seed %d: '%s'", seed, name)
          .isEqualTo(NAME.matcher(name).matches());
    }
  }

  @Test
  void a_prefix_is_whole_segments_and_the_beginning_of_another() {
    assertThat(ObjectKey.isPrefix("")).isTrue();
    assertThat(ObjectKey.isPrefix("wal/")).isTrue();
    assertThat(ObjectKey.isPrefix("wal/a.")).isTrue();
    assertThat(ObjectKey.isPrefix("/")).isFalse();
    assertThat(ObjectKey.isPrefix("wal//a")).isFalse();
    assertThat(ObjectKey.isPrefix("../a")).isFalse();
    assertThat(ObjectKey.isPrefix("wal/a b")).isFalse();
  }

  private static String drawn(Random random) {
    var name = new StringBuilder();
    for (int length = random.nextInt(7); length > 0; length--) {
      // Mostly what is allowed, or hardly any name would be.
      int kinds = random.nextInt(4) == 0 ? DRAWN_FROM.length() : 7;
      name.append(DRAWN_FROM.charAt(random.nextInt(kinds)));
    }
    return name.toString();
  }
}
