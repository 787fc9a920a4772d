package io.aegis.repository.key;

import static io.aegis.repository.RepositoryCode.NOT_EMPTY;
import static io.aegis.repository.RepositoryCode.NO_REPOSITORY;
import static io.aegis.repository.RepositoryCode.WRONG_KEY;

import com.github.luben.zstd.util.ZstdVersion;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Failure.Refused;
import io.aegis.kernel.Report;
import io.aegis.kernel.Secret;
import io.aegis.repository.Ports;
import io.aegis.repository.Unlock;
import io.aegis.repository.layout.Layout;
import io.aegis.repository.seal.Compression;
import io.aegis.repository.seal.Damage;
import io.aegis.repository.seal.Derivation;
import io.aegis.repository.seal.KeyRing;
import io.aegis.storage.Body;
import io.aegis.storage.ObjectStat;
import io.aegis.storage.ObjectStore;
import io.aegis.storage.PutOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An open repository's header and keys: how they come to be, and how they are found again.
 *
 * @param slot the slot that the repository was opened by
 */
public record Unlocked(Header header, Secret master, KeyRing ring, String slot)
    implements AutoCloseable {
  /** Chosen by measurement: docs/decisions/2026-11-23-snapshot-format.md. */
  private static final Compression COMPRESSION = new Compression(1, 5, 14);

  /**
   * Makes a repository. The slot is written before the header (R7), so that no repository ever
   * exists that nobody can open.
   *
   * @throws Refused if anything is there already
   */
  public static Unlocked create(ObjectStore store, Unlock first, Ports ports) {
    refuseUnlessEmpty(store);
    var entropy = ports.entropy();
    var master = Secret.takeOwnershipOf(entropy.bytes(Derivation.KEY_BYTES));
    var parameters = new Header.Parameters(COMPRESSION, ZstdVersion.VERSION);
    var header = Header.create(master, parameters, entropy);
    var slot = KeySlot.wrap(
        master,
        first,
        header.repository(),
        "first",
        new KeySlot.Origin(entropy, ports.time().now()));
    store.putIfAbsent(Layout.keySlot(slot.slot().id()), Body.of(slot.encode()));
    ports.milestones().reach("repository.first-slot-written");
    if (store.putIfAbsent(Layout.HEADER, Body.of(header.encode())) == PutOutcome.ALREADY_PRESENT) {
      throw notEmpty(store, "another repository was made here at the same moment");
    }
    return unlocked(header, master, slot);
  }

  /**
   * Opens a repository.
   *
   * @throws Refused if there is none, if it is of a later format, or if {@code unlock} does not
   *     open it
   */
  public static Unlocked open(ObjectStore store, Unlock unlock) {
    var header = header(store);
    for (var stat : slotObjects(store)) {
      var opened = store
          .find(stat.key())
          .flatMap(object -> tryDecode(object))
          .flatMap(slot -> slot.unwrap(unlock, header.repository())
              .map(master -> unlocked(header, master, slot)));
      if (opened.isPresent()) {
        return opened.get();
      }
    }
    throw new Refused(Report.of(WRONG_KEY, "this key does not open " + store.location())
        .why(
            "it fits none of its key slots, or 'aegis.repository', to which these are bound, or the"
                + " slots in 'keys/' are not what was written")
        .next(
            "point repository.key at another key: a key file, or a file that holds the 24 recovery"
                + " words or the passphrase    (AEGIS_REPOSITORY_KEY=file:<file>)",
            "compare 'aegis.repository' and 'keys/' with a copy or an older version in the store",
            "aegis key test --words    (whether words open it)"));
  }

  /**
   * @throws Refused if there is no repository, or one of a later format
   */
  public static void requireHeader(ObjectStore store) {
    header(store);
  }

  /**
   * Whether the header in the store is still the one this repository was opened with.
   *
   * @throws io.aegis.kernel.Failure.Damaged if it is not
   */
  public void verifyHeader(ObjectStore store) {
    var now =
        store.find(Layout.HEADER).orElseThrow(() -> Damage.of(Layout.HEADER, "it is missing"));
    if (!Arrays.equals(now, header.encode())) {
      throw Damage.of(Layout.HEADER, "it is not the one that the repository was made with");
    }
  }

  /** A damaged slot opens nothing, but must not keep another one from opening. */
  private static Optional<KeySlot> tryDecode(byte[] object) {
    try {
      return Optional.of(KeySlot.decode(object));
    } catch (Malformed damaged) {
      return Optional.empty();
    }
  }

  private static Unlocked unlocked(Header header, Secret master, KeySlot slot) {
    var epochs = new TreeMap<Integer, Secret>();
    epochs.put(1, header.openEpoch(master));
    var ring = new KeyRing(header.repository(), epochs);
    return new Unlocked(header, master, ring, slot.slot().id());
  }

  private static Header header(ObjectStore store) {
    var object = store
        .find(Layout.HEADER)
        .orElseThrow(() ->
            new Refused(Report.of(NO_REPOSITORY, "there is no repository at " + store.location())
                .why("it holds no object 'aegis.repository'; what is not mounted looks the same")
                .next(
                    "check that its file system is mounted, and that this is the place: "
                        + store.location(),
                    "aegis config show    (where the repository's location comes from)",
                    "if there never was one: aegis init")));
    try {
      return Header.decode(object);
    } catch (Malformed e) {
      throw Damage.of(Layout.HEADER, e);
    }
  }

  static ArrayList<ObjectStat> slotObjects(ObjectStore store) {
    var slots = new ArrayList<ObjectStat>();
    store.list(Layout.KEYS, slots::add);
    return slots;
  }

  /**
   * Slots without a header are the remains of an init that was interrupted: they are in nobody's
   * way.
   */
  public static void refuseUnlessEmpty(ObjectStore store) {
    if (store.stat(Layout.HEADER).isPresent()) {
      throw notEmpty(store, "there is a repository already");
    }
    var others = new ArrayList<String>(1);
    store.list("", stat -> {
      if (others.isEmpty() && !stat.key().name().startsWith(Layout.KEYS)) {
        others.add(stat.key().name());
      }
    });
    if (!others.isEmpty()) {
      throw notEmpty(store, "it holds '" + others.getFirst() + "'");
    }
  }

  private static Refused notEmpty(ObjectStore store, String why) {
    return new Refused(Report.of(NOT_EMPTY, "no repository can be made at " + store.location())
        .why(why)
        .safe("what is there was not touched")
        .next(
            "choose an empty place, or use the repository that is there",
            "aegis doctor    (whether it has recovery words, if its making was interrupted)"));
  }

  @Override
  public void close() {
    ring.close();
    master.close();
  }
}
