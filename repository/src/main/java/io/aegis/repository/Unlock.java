package io.aegis.repository;

import io.aegis.kernel.Secret;

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
}
