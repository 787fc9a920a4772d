package io.aegis.repository;

import io.aegis.kernel.Secret;
import java.nio.charset.StandardCharsets;

/** What opens a repository. */
public sealed interface Unlock {

  /**
   * The content of a key file: 32 random bytes in hexadecimal behind a format line; machines use
   * it.
   */
  record KeyFile(Secret content) implements Unlock {}

  /** The 24 words on paper (BIP-39 word list, with checksum). */
  record RecoveryWords(Secret words) implements Unlock {}

  /** A passphrase, stretched by Argon2id. */
  record Passphrase(Secret passphrase) implements Unlock {}

  /**
   * What a text is, as it tells by itself: a key file by its first word, recovery words by their
   * number, which may be wrong by a few, and else a passphrase. So whoever has only the paper puts
   * the words where the key file would be.
   */
  static Unlock of(Secret text) {
    return text.use(bytes -> {
      var words = new String(bytes, StandardCharsets.UTF_8).strip().split("\\s+", -1);
      if (words[0].startsWith("aegis-key")) {
        return new KeyFile(text);
      }
      return words.length > MOST_WORDS_OF_A_PASSPHRASE
          ? new RecoveryWords(text)
          : new Passphrase(text);
    });
  }

  /** There are 24 recovery words; who leaves some out is to be told so. */
  int MOST_WORDS_OF_A_PASSPHRASE = 16;
}
