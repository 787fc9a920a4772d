package io.aegis.repository.key;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Entropy;
import io.aegis.kernel.Hex;
import io.aegis.kernel.Secret;
import io.aegis.repository.Keys.Slot;
import io.aegis.repository.RepositoryId;
import io.aegis.repository.Unlock;
import io.aegis.repository.seal.Aead;
import io.aegis.repository.seal.Derivation;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;

/**
 * The master key, wrapped for one holder: {@code docs/format/keys.md}.
 *
 * <pre>
 * slot = "AEGK" version:u8 kind:u8 id:4 added:i64 label:text stretch? salt:32 wrapped:48 mark:16
 * </pre>
 *
 * <p>Everything before the wrapped key, and the repository's id, is authenticated with it: a slot
 * whose label, id or cost was changed does not open. The mark is made with the master key, so that
 * a check finds a damaged slot without what opens it.
 */
record KeySlot(Slot slot, Sealing sealing, byte[] wrapped, byte[] mark) {
  private static final int MAGIC = 0x4145474B; // AEGK
  private static final int VERSION = 1;
  private static final int ID_BYTES = 4;
  private static final int WRAPPED_BYTES = Derivation.KEY_BYTES + Aead.TAG_BYTES;

  /** What a slot is for, and how it is called. The numbers are the format. */
  enum Kind {
    KEY_FILE(1, "key-file"),
    RECOVERY_WORDS(2, "recovery-words"),
    PASSPHRASE(3, "passphrase");

    private final int number;
    private final String name;

    Kind(int number, String name) {
      this.number = number;
      this.name = name;
    }

    static Kind of(Unlock unlock) {
      return switch (unlock) {
        case Unlock.KeyFile _ -> KEY_FILE;
        case Unlock.RecoveryWords _ -> RECOVERY_WORDS;
        case Unlock.Passphrase _ -> PASSPHRASE;
      };
    }

    static Kind numbered(int number) {
      for (var kind : values()) {
        if (kind.number == number) {
          return kind;
        }
      }
      throw new Malformed("a key slot of unknown kind " + number);
    }
  }

  /** What stands before the wrapped key, and the parts of it that opening needs. */
  record Sealing(byte[] head, byte[] salt, Optional<Stretch> stretch) {}

  /** Where a new slot's randomness and date come from. */
  record Origin(Entropy entropy, Instant now) {}

  /** Wraps {@code master} for whoever holds {@code unlock}. */
  static KeySlot wrap(
      Secret master, Unlock unlock, RepositoryId repository, String label, Origin origin) {
    var kind = Kind.of(unlock);
    var entropy = origin.entropy();
    var stretch = kind == Kind.PASSPHRASE
        ? Optional.of(Stretch.standard(entropy))
        : Optional.<Stretch>empty();
    var id = entropy.bytes(ID_BYTES);
    var head = new ByteWriter().i32(MAGIC).u8(VERSION).u8(kind.number).raw(id);
    head.i64(origin.now().getEpochSecond()).text(label);
    stretch.ifPresent(s -> s.write(head));
    var salt = entropy.bytes(Derivation.SALT_BYTES);
    var sealing = new Sealing(head.raw(salt).toByteArray(), salt, stretch);
    var place = place(holderKey(unlock, sealing), sealing.head(), repository);
    var wrapped = new byte[WRAPPED_BYTES];
    master.use(key -> new Aead().seal(place, Aead.Slice.of(key), wrapped, 0));
    var slot = new Slot(Hex.of(id), kind.name, label, origin.now());
    return new KeySlot(slot, sealing, wrapped, mark(master, repository, sealing, wrapped));
  }

  byte[] encode() {
    return new ByteWriter().raw(sealing.head()).raw(wrapped).raw(mark).toByteArray();
  }

  static KeySlot decode(byte[] object) {
    var in = new ByteReader(object);
    if (in.i32() != MAGIC || in.u8() != VERSION) {
      throw new Malformed("it is not a key slot of version " + VERSION);
    }
    var kind = Kind.numbered(in.u8());
    var id = Hex.of(in.raw(ID_BYTES));
    var added = Instant.ofEpochSecond(Math.clamp(in.i64(), 0, 1L << 40));
    var label = in.text();
    var stretch =
        kind == Kind.PASSPHRASE ? Optional.of(Stretch.read(in)) : Optional.<Stretch>empty();
    var salt = in.raw(Derivation.SALT_BYTES);
    var sealing = new Sealing(Arrays.copyOf(object, in.position()), salt, stretch);
    var wrapped = in.raw(WRAPPED_BYTES);
    var mark = in.raw(Aead.TAG_BYTES);
    in.end();
    return new KeySlot(new Slot(id, kind.name, label, added), sealing, wrapped, mark);
  }

  /** The master key, if {@code unlock} is what this slot was made for. */
  Optional<Secret> unwrap(Unlock unlock, RepositoryId repository) {
    if (!Kind.of(unlock).name.equals(slot.kind())) {
      return Optional.empty();
    }
    var master = new byte[Derivation.KEY_BYTES];
    try {
      var place = place(holderKey(unlock, sealing), sealing.head(), repository);
      new Aead().open(place, Aead.Slice.of(wrapped), master, 0);
      return Optional.of(Secret.takeOwnershipOf(master));
    } catch (AEADBadTagException notThisOne) {
      return Optional.empty(); // somebody else's slot of the same kind: the next one is tried
    }
  }

  /** Whether this slot is what was written, as the holder of the master key can tell. */
  boolean authentic(Secret master, RepositoryId repository) {
    return MessageDigest.isEqual(mark, mark(master, repository, sealing, wrapped));
  }

  private static byte[] mark(
      Secret master, RepositoryId repository, Sealing sealing, byte[] wrapped) {
    var key = master.use(bytes -> Derivation.derive(bytes, sealing.salt(), "slot mark"));
    var all = new ByteWriter().raw(sealing.head()).raw(wrapped).toByteArray();
    var mark = new byte[Aead.TAG_BYTES];
    new Aead().seal(place(key, all, repository), Aead.Slice.of(new byte[0]), mark, 0);
    return mark;
  }

  private static Aead.Place place(SecretKey key, byte[] head, RepositoryId repository) {
    var associated =
        new ByteWriter().raw(Hex.parse(repository.value())).raw(head).toByteArray();
    return new Aead.Place(key, 0, associated);
  }

  private static SecretKey holderKey(Unlock unlock, Sealing sealing) {
    var purpose = "slot " + Kind.of(unlock).number;
    try (var secret = secretOf(unlock, sealing.stretch())) {
      return secret.use(bytes -> Derivation.derive(bytes, sealing.salt(), purpose));
    }
  }

  private static Secret secretOf(Unlock unlock, Optional<Stretch> stretch) {
    return switch (unlock) {
      case Unlock.KeyFile(var content) -> KeyFile.parse(content);
      case Unlock.RecoveryWords(var words) -> RecoveryWords.parse(words);
      case Unlock.Passphrase(var passphrase) -> stretch.orElseThrow().apply(passphrase);
    };
  }
}
