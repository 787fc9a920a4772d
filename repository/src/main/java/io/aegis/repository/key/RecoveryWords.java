package io.aegis.repository.key;

import static io.aegis.repository.RepositoryCode.MALFORMED_KEY;

import io.aegis.kernel.Digest;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A key on paper: 24 words of the English list of BIP-39, 11 bits each: 256 random bits, then the
 * first 8 bits of their SHA-256 as checksum. The secret is the 256 bits themselves.
 */
public final class RecoveryWords {
  public static final int COUNT = 24;

  private static final int KEY_BYTES = 32;
  private static final int WORD_BITS = 11;
  private static final int CHECKSUM_BITS = 8;
  private static final List<String> LIST = load();

  private RecoveryWords() {}

  /** New words, joined by single spaces. */
  public static Secret generate(Entropy entropy) {
    return encode(entropy.bytes(KEY_BYTES));
  }

  static Secret encode(byte[] key) {
    var bits = new BigInteger(1, key).shiftLeft(CHECKSUM_BITS).or(checksum(key));
    var words = new ArrayList<String>();
    for (int word = COUNT - 1; word >= 0; word--) {
      words.add(LIST.get(bits.shiftRight(word * WORD_BITS).intValue() & (1 << WORD_BITS) - 1));
    }
    return Secret.ofText(String.join(" ", words));
  }

  /**
   * @throws Refused naming the first word that is not on the list, or that the words do not fit
   *     together
   */
  static Secret parse(Secret words) {
    return words.use(bytes -> {
      var given = new String(bytes, StandardCharsets.UTF_8)
          .strip()
          .toLowerCase(Locale.ROOT)
          .split("\\s+", -1);
      if (given.length != COUNT) {
        throw malformed("there are " + given.length + " words instead of " + COUNT);
      }
      var bits = BigInteger.ZERO;
      for (int i = 0; i < COUNT; i++) {
        int index = Collections.binarySearch(LIST, given[i]);
        if (index < 0) {
          throw malformed("word " + (i + 1) + " is not on the list of words");
        }
        bits = bits.shiftLeft(WORD_BITS).or(BigInteger.valueOf(index));
      }
      return checked(bits);
    });
  }

  private static Secret checked(BigInteger bits) {
    var key = new byte[KEY_BYTES];
    var high = bits.shiftRight(CHECKSUM_BITS);
    for (int i = 0; i < KEY_BYTES; i++) {
      key[i] = high.shiftRight(8 * (KEY_BYTES - 1 - i)).byteValue();
    }
    if (!checksum(key).equals(bits.and(BigInteger.valueOf(0xFF)))) {
      throw malformed("every word is on the list, but together they fail their checksum");
    }
    return Secret.takeOwnershipOf(key);
  }

  private static BigInteger checksum(byte[] key) {
    return BigInteger.valueOf(Digest.sha256().digest(key)[0] & 0xFF);
  }

  /** The words are never repeated in the report: it may be logged. */
  private static Refused malformed(String why) {
    return new Refused(Report.of(MALFORMED_KEY, "these are not recovery words")
        .why(why)
        .next("compare them with the paper, word by word and in order"));
  }

  private static List<String> load() {
    try (var in = RecoveryWords.class.getResourceAsStream("bip39-english.txt")) {
      var text = Objects.requireNonNull(in, "the list of words is part of this module");
      return new String(text.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
