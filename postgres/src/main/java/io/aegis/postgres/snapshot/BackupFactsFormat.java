package io.aegis.postgres.snapshot;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.kernel.Failure;
import io.aegis.kernel.Report;
import io.aegis.postgres.BaseBackups.CorruptPage;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.Lsn;
import io.aegis.postgres.PostgresCode;
import io.aegis.postgres.SystemIdentifier;
import io.aegis.postgres.Timeline;
import io.aegis.postgres.control.ControlFile.Geometry;
import io.aegis.postgres.control.ControlFile.PageChecksums;
import io.aegis.postgres.control.ControlFile.Parameters;
import io.aegis.postgres.control.ControlFile.WalLevel;
import io.aegis.postgres.layout.Tablespace;
import io.aegis.postgres.layout.Tablespace.Place;
import io.aegis.postgres.snapshot.BackupFacts.Collation;
import io.aegis.postgres.snapshot.BackupFacts.CorruptPages;
import io.aegis.postgres.snapshot.BackupFacts.Extension;
import io.aegis.postgres.snapshot.BackupFacts.OutsideFile;
import io.aegis.postgres.snapshot.BackupFacts.Server;
import io.aegis.postgres.snapshot.BackupFacts.Span;
import io.aegis.postgres.snapshot.BackupFacts.Surroundings;
import io.aegis.repository.SnapshotSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** {@link BackupFacts} as bytes: docs/format/postgres-snapshot.md, version 1. */
public final class BackupFactsFormat {
  private static final int VERSION = 1;
  private static final int MOST = 10_000;

  private BackupFactsFormat() {}

  /**
   * The facts that came with a snapshot.
   *
   * @throws Failure.Damaged if they are not what this version of Aegis writes
   */
  public static BackupFacts of(SnapshotSummary summary) {
    try {
      return decode(summary.attributes());
    } catch (Malformed | IllegalArgumentException e) {
      throw new Failure.Damaged(
          Report.of(
                  PostgresCode.SNAPSHOT_FACTS_UNREADABLE,
                  "the facts of snapshot " + summary.id() + " cannot be read")
              .why(String.valueOf(e.getMessage()))
              .next("use the version of Aegis that took it, or a newer one", "aegis repo check"),
          e);
    }
  }

  static byte[] encode(BackupFacts facts) {
    var out = new ByteWriter(1024).u8(VERSION);
    span(out, facts.span());
    server(out, facts.server());
    out.text(facts.backupLabel());
    each(out, facts.tablespaces(), BackupFactsFormat::tablespace);
    var around = facts.surroundings();
    each(out, around.extensions(), (o, e) -> o.text(e.name()).text(e.version()));
    each(out, around.collations(), (o, c) -> o.text(c.provider()).text(c.version()));
    each(out, around.configuration(), (o, f) -> o.text(f.original()).text(f.captured()));
    out.varint(facts.corrupt().count());
    each(out, facts.corrupt().first(), (o, page) -> o.text(page.file()).varint(page.block()));
    return out.toByteArray();
  }

  static BackupFacts decode(byte[] bytes) {
    var in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new Malformed("their version is " + version);
    }
    var facts = new BackupFacts(
        span(in),
        server(in),
        in.text(),
        list(in, BackupFactsFormat::tablespace),
        new Surroundings(
            list(in, i -> new Extension(i.text(), i.text())),
            list(in, i -> new Collation(i.text(), i.text())),
            list(in, i -> new OutsideFile(i.text(), i.text()))),
        new CorruptPages(in.varint(), list(in, i -> new CorruptPage(i.text(), i.varint()))));
    in.end();
    return facts;
  }

  private static void span(ByteWriter out, Span span) {
    out.i64(span.system().value()).text(span.incarnation().value());
    out.varint(span.timeline().id()).i64(span.begin().value()).i64(span.end().value());
    instant(out, span.begun());
    instant(out, span.finished());
  }

  private static Span span(ByteReader in) {
    return new Span(
        new SystemIdentifier(in.i64()),
        new Incarnation(in.text()),
        new Timeline(in.varint()),
        new Lsn(in.i64()),
        new Lsn(in.i64()),
        instant(in),
        instant(in));
  }

  private static void server(ByteWriter out, Server server) {
    out.varint(server.version()).varint(server.catalogVersion());
    var geometry = server.geometry();
    out.varint(geometry.pageSize()).varint(geometry.segmentPages());
    out.varint(geometry.walSegmentSize());
    out.bool(server.checksums() == PageChecksums.ON);
    var needs = server.parameters();
    out.text(needs.walLevel().name()).varint(needs.maxConnections());
    out.varint(needs.maxWorkerProcesses()).varint(needs.maxWalSenders());
    out.varint(needs.maxPreparedTransactions()).varint(needs.maxLocksPerTransaction());
  }

  private static Server server(ByteReader in) {
    return new Server(
        in.count(Integer.MAX_VALUE),
        in.count(Integer.MAX_VALUE),
        new Geometry(number(in), number(in), number(in)),
        in.bool() ? PageChecksums.ON : PageChecksums.OFF,
        new Parameters(
            WalLevel.valueOf(in.text()),
            number(in),
            number(in),
            number(in),
            number(in),
            number(in)));
  }

  private static void tablespace(ByteWriter out, Tablespace tablespace) {
    out.varint(tablespace.oid());
    switch (tablespace.place()) {
      case Place.InPlace() -> out.u8(0);
      case Place.Linked(var directory) -> out.u8(1).text(directory);
    }
  }

  private static Tablespace tablespace(ByteReader in) {
    long oid = in.varint();
    return switch (in.u8()) {
      case 0 -> new Tablespace(oid, new Place.InPlace());
      case 1 -> new Tablespace(oid, new Place.Linked(in.text()));
      default -> throw new Malformed("a tablespace is of an unknown kind");
    };
  }

  private static void instant(ByteWriter out, Instant moment) {
    out.i64(moment.getEpochSecond()).i32(moment.getNano());
  }

  private static Instant instant(ByteReader in) {
    return Instant.ofEpochSecond(in.i64(), in.i32());
  }

  private static int number(ByteReader in) {
    return in.count(Integer.MAX_VALUE);
  }

  private static <T> void each(
      ByteWriter out, Collection<T> items, BiConsumer<ByteWriter, T> write) {
    out.varint(items.size());
    items.forEach(item -> write.accept(out, item));
  }

  private static <T> List<T> list(ByteReader in, Function<ByteReader, T> read) {
    int count = in.count(MOST);
    var items = new ArrayList<T>();
    for (int i = 0; i < count; i++) {
      items.add(read.apply(in));
    }
    return items;
  }
}
