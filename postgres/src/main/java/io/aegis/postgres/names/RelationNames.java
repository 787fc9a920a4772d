package io.aegis.postgres.names;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Failure.Damaged;
import io.aegis.kernel.Report;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.wal.RelationFile;
import io.aegis.repository.SnapshotReader;
import java.util.ArrayList;
import java.util.List;

/** The names of a moment as a file of its snapshot: docs/format/postgres-snapshot.md. */
public final class RelationNames {
  /** Its path within a snapshot; not for PostgreSQL. */
  public static final String PATH = ".aegis/relations";

  /** So many names are kept, the youngest relations first: some megabytes. */
  public static final int MOST = 100_000;

  private static final int VERSION = 1;

  private RelationNames() {}

  public static byte[] encode(List<RelationName> names) {
    var kept = names.subList(0, Math.min(MOST, names.size()));
    var out = new ByteWriter(64 * kept.size() + 8).u8(VERSION).varint(kept.size());
    for (var name : kept) {
      var file = name.file();
      out.varint(file.tablespace()).varint(file.database()).varint(file.number());
      out.text(name.database()).text(name.relation());
    }
    return out.toByteArray();
  }

  static List<RelationName> decode(byte[] bytes) {
    var in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new Malformed("their version is " + version);
    }
    int count = in.count(MOST);
    var names = new ArrayList<RelationName>(count);
    for (int i = 0; i < count; i++) {
      var file = new RelationFile(in.varint(), in.varint(), in.varint());
      names.add(new RelationName(file, in.text(), in.text()));
    }
    in.end();
    return names;
  }

  /**
   * Those that were kept with a snapshot; none of one that was taken before they were kept.
   *
   * @throws Damaged if they are not what this version of Aegis writes
   */
  public static List<RelationName> of(SnapshotReader snapshot) {
    var stored = snapshot.file(PATH);
    if (stored.isEmpty()) {
      return List.of();
    }
    try (var content = snapshot.open(stored.get())) {
      var bytes = new byte[Math.toIntExact(stored.get().size())];
      content.read(0, bytes, 0, bytes.length);
      return decode(bytes);
    } catch (Malformed e) {
      throw new Damaged(
          Report.of(
                  PostgresCode.SNAPSHOT_FACTS_UNREADABLE,
                  "the names of tables in snapshot " + snapshot.summary().id() + " are unreadable")
              .why(String.valueOf(e.getMessage()))
              .next("use the version of Aegis that took it, or a newer one", "aegis repo check"),
          e);
    }
  }
}
