package io.aegis.repository.snapshot;

import io.aegis.kernel.ByteReader;
import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.ByteWriter;
import io.aegis.repository.FileSpec;
import io.aegis.repository.FileSpec.Kind;
import io.aegis.repository.StoredFile;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/**
 * One line of a file table, its path apart from the rest because lines are sorted and shortened by
 * path.
 *
 * <pre>
 * rest = kind:u8 (listed-size:varint | target:text)? mode:varint seconds:signed nanos:varint
 *        size:varint map:bytes
 * </pre>
 */
record Line(byte[] path, byte[] rest) implements Comparable<Line> {
  private static final int FILE = 0;
  private static final int DIRECTORY = 1;
  private static final int LINK = 2;

  static Line of(StoredFile file) {
    var rest = new ByteWriter(64);
    switch (file.spec().kind()) {
      case Kind.File(long listed) -> rest.u8(FILE).varint(listed);
      case Kind.Directory() -> rest.u8(DIRECTORY);
      case Kind.Link(String target) -> rest.u8(LINK).text(target);
    }
    var modified = file.spec().modified();
    rest.varint(file.spec().mode())
        .signedVarint(modified.getEpochSecond())
        .varint(modified.getNano())
        .varint(file.size())
        .bytes(file.map());
    return new Line(file.spec().path().getBytes(StandardCharsets.UTF_8), rest.toByteArray());
  }

  StoredFile file() {
    var in = new ByteReader(rest);
    var kind = switch (in.u8()) {
      case FILE -> new Kind.File(in.varint());
      case DIRECTORY -> new Kind.Directory();
      case LINK -> new Kind.Link(in.text());
      default -> throw new Malformed("a file of unknown kind");
    };
    int mode = in.count(07777);
    var modified = instant(in.signedVarint(), in.count(999_999_999));
    long size = in.varint();
    var map = in.bytes();
    in.end();
    var spec = new FileSpec(new String(path, StandardCharsets.UTF_8), kind, mode, modified);
    return new StoredFile(spec, size, map);
  }

  private static Instant instant(long seconds, int nanos) {
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException e) {
      throw new Malformed("a time beyond all calendars");
    }
  }

  void write(ByteWriter out) {
    out.bytes(path).bytes(rest);
  }

  static Line read(ByteReader in) {
    return new Line(in.bytes(), in.bytes());
  }

  @Override
  public int compareTo(Line other) {
    return Arrays.compareUnsigned(path, other.path);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Line entry
        && Arrays.equals(path, entry.path)
        && Arrays.equals(rest, entry.rest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(path);
  }
}
