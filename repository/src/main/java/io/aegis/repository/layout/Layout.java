package io.aegis.repository.layout;

import io.aegis.repository.ComponentName;
import io.aegis.repository.SnapshotId;
import io.aegis.storage.ObjectKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All names in the store, as {@code docs/format/README.md} lists them. Names that are not here
 * belong to the callers of {@link io.aegis.repository.Records}.
 */
public final class Layout {
  public static final ObjectKey HEADER = new ObjectKey("aegis.repository");
  public static final String KEYS = "keys/";
  public static final String PACKS = "packs/";
  public static final String MANIFESTS = "manifests/";
  public static final String SNAPSHOTS = "snapshots/";
  public static final String REGISTER = "register/";
  public static final String CHAPTERS = "chapters/";
  public static final String SESSIONS = "sessions/";

  /** What two writers race for while a store is probed; a killed probe leaves one behind. */
  public static final String PROBES = "probe/";

  private static final int DIGITS = 12;
  private static final Pattern NUMBER = Pattern.compile("000[0-9]{9}");

  private static final List<String> OWN =
      List.of(KEYS, PACKS, MANIFESTS, SNAPSHOTS, REGISTER, CHAPTERS, SESSIONS, PROBES);

  private Layout() {}

  /** Whether an object is a record that a caller named, and not one of this module's own. */
  public static boolean isRecord(ObjectKey key) {
    return !key.equals(HEADER) && OWN.stream().noneMatch(key.name()::startsWith);
  }

  public static ObjectKey keySlot(String id) {
    return new ObjectKey(KEYS + id);
  }

  /** Packs are spread over 256 directories by the first byte of their random id. */
  public static ObjectKey pack(String hex) {
    return new ObjectKey(PACKS + hex.substring(0, 2) + "/" + hex);
  }

  public static ObjectKey manifest(ComponentName component, SnapshotId id) {
    return new ObjectKey(MANIFESTS + component + "/" + id);
  }

  public static ObjectKey snapshot(ComponentName component, SnapshotId id) {
    return new ObjectKey(snapshots(component) + id);
  }

  public static String snapshots(ComponentName component) {
    return SNAPSHOTS + component + "/";
  }

  public static ObjectKey registerEntry(long sequence) {
    return new ObjectKey(REGISTER + numbered(sequence));
  }

  /** A copy of 64 entries of the register in one object. */
  public static ObjectKey registerChapter(long number) {
    return new ObjectKey(CHAPTERS + numbered(number));
  }

  private static String numbered(long number) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
  }

  /** The number that a name below {@link #REGISTER} or {@link #CHAPTERS} ends in, if it does. */
  public static Optional<Integer> numberBelow(String prefix, ObjectKey key) {
    var digits = key.name().substring(prefix.length());
    return NUMBER.matcher(digits).matches()
        ? Optional.of(Integer.valueOf(digits))
        : Optional.empty();
  }

  public static String sessions(ComponentName component) {
    return SESSIONS + component + "/";
  }

  public static String session(ComponentName component, SnapshotId id) {
    return sessions(component) + id + "/";
  }

  /** One file of a session: its beginning, a heartbeat or a checkpoint, numbered from 0. */
  public static ObjectKey sessionPart(
      ComponentName component, SnapshotId id, SessionPart part, int number) {
    return new ObjectKey(session(component, id)
        + String.format(Locale.ROOT, "%s-%08d", part.name().toLowerCase(Locale.ROOT), number));
  }

  public static String checkpoints(ComponentName component, SnapshotId id) {
    return session(component, id) + "checkpoint-";
  }

  public static boolean isCheckpoint(ObjectKey key) {
    return key.name().startsWith(SESSIONS) && key.name().contains("/checkpoint-");
  }

  /** What a session consists of. */
  public enum SessionPart {
    BEAT,
    CHECKPOINT
  }

  /** The snapshot a key speaks of, if it is the key of a snapshot, a manifest or a session part. */
  public static Optional<SnapshotName> snapshotIn(ObjectKey key) {
    var segments = key.name().split("/", -1);
    if (segments.length < 3) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SnapshotName(new ComponentName(segments[1]), new SnapshotId(segments[2])));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty(); // somebody else's object below our prefix is nobody's snapshot
    }
  }

  /** A snapshot's full name. */
  public record SnapshotName(ComponentName component, SnapshotId id) {}
}
