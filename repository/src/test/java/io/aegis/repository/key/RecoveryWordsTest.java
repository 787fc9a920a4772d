package io.aegis.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aegis.kernel.Digest;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Hex;
import io.aegis.kernel.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryWordsTest {
  private static final String LEGAL = "legal winner thank year wave sausage worth useful ";

  /** The published test vectors of BIP-39 for 256 bits. */
  @ParameterizedTest
  @CsvSource({"00", "7f", "ff"})
  void words_are_those_of_the_published_vectors(String each) {
    var words = switch (each) {
      case "00" -> "abandon ".repeat(23) + "art";
      case "7f" -> LEGAL.repeat(2) + "legal winner thank year wave sausage worth title";
      default -> "zoo ".repeat(23) + "vote";
    };
    var key = each.repeat(32);
    assertThat(text(RecoveryWords.encode(Hex.parse(key)))).isEqualTo(words);
    assertThat(RecoveryWords.parse(Secret.ofText(words)).<String>use(Hex::of)).isEqualTo(key);
  }

  @Test
  void the_list_is_the_published_one() throws IOException {
    try (var in = RecoveryWords.class.getResourceAsStream("bip39-english.txt")) {
      assertThat(Digest.of(Objects.requireNonNull(in).readAllBytes()).hex())
          .isEqualTo("2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
    }
  }

  @Test
  void case_and_spacing_do_not_matter() {
    var typed = Secret.ofText("  " + "Zoo\n".repeat(23) + " VOTE ");
    assertThat(RecoveryWords.parse(typed).<String>use(Hex::of)).isEqualTo("ff".repeat(32));
  }

  @Test
  void a_word_that_is_not_on_the_list_is_named_by_its_place_and_not_repeated() {
    assertThatThrownBy(() -> RecoveryWords.parse(Secret.ofText("zoo zoox " + "zoo ".repeat(22))))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("word 2 ")
        .message()
        .doesNotContain("zoox");
  }

  // Red when: checked() returns the key without comparing the checksum.
  @Test
  void two_swapped_words_fail_the_checksum() {
    assertThatThrownBy(() -> RecoveryWords.parse(Secret.ofText("winner legal"
            + LEGAL.repeat(2).substring(12) + "legal winner thank year wave sausage worth title")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("checksum");
  }

  private static String text(Secret secret) {
    return secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }
}
