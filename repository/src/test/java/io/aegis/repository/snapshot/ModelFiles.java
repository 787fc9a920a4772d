package io.aegis.repository.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.aegis.repository.Changes;
import io.aegis.repository.FileSource;
import io.aegis.repository.FileSpec;
import io.aegis.repository.Repository;
import io.aegis.repository.SnapshotId;
import io.aegis.repository.SnapshotReader;
import io.aegis.repository.SnapshotWriter;
import io.aegis.repository.StoredFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** A directory in memory that changes at random, and what a repository must say of it. */
public final class ModelFiles {
  private static final int PAGE = Changes.PAGE;
  private static final int FRAME = 64 << 10;
  private static final Instant TIME = Instant.parse("2026-11-23T14:04:51.123456789Z");

  private final Random random;
  private final TreeMap<String, byte[]> files = new TreeMap<>();

  public ModelFiles(long seed) {
    random = new Random(seed);
  }

  /** A copy of what is there now. */
  public Map<String, byte[]> contents() {
    var copy = new TreeMap<String, byte[]>();
    files.forEach((path, content) -> copy.put(path, content.clone()));
    return copy;
  }

  void put(String path, byte[] content) {
    files.put(path, content);
  }

  /** Makes, changes, cuts, extends and removes some files. */
  public void change() {
    for (int i = random.nextInt(6); i >= 0; i--) {
      var path = "base/" + random.nextInt(20);
      var content = files.get(path);
      if (content == null) {
        files.put(path, pages(size()));
      } else {
        switch (random.nextInt(8)) {
          case 0 -> files.remove(path);
          case 1 -> files.put(path, Arrays.copyOf(content, random.nextInt(content.length + 1)));
          case 2 -> files.put(path, Arrays.copyOf(content, content.length + size() / 2));
          case 3 -> files.put(path, grown(content));
          default -> scribble(content);
        }
      }
    }
  }

  private byte[] grown(byte[] content) {
    var more = pages(size() / 2);
    var grown = Arrays.copyOf(content, content.length + more.length);
    System.arraycopy(more, 0, grown, content.length, more.length);
    return grown;
  }

  private void scribble(byte[] content) {
    int pages = Math.ceilDiv(content.length, PAGE);
    for (int i = pages == 0 ? 0 : 1 + random.nextInt(1 + pages / 3); i > 0; i--) {
      int at = random.nextInt(pages) * PAGE;
      var fresh = pages(Math.min(PAGE, content.length - at));
      System.arraycopy(fresh, 0, content, at, fresh.length);
    }
  }

  /** Sizes around every boundary: none, small, one frame, several, whole pages or not. */
  private int size() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextInt(FRAME);
      case 2 -> FRAME - 1 + random.nextInt(3);
      case 3 -> PAGE * random.nextInt(40);
      default -> random.nextInt(12 * FRAME);
    };
  }

  /** Content that compresses somewhat, with pages of zeros and pages of noise in it. */
  byte[] pages(int size) {
    var content = new byte[size];
    for (int at = 0; at < size; at += PAGE) {
      int end = Math.min(size, at + PAGE);
      switch (random.nextInt(4)) {
        case 0 -> {}
        case 1 -> Arrays.fill(content, at, end, (byte) random.nextInt());
        default -> {
          for (int i = at; i < end; i++) {
            content[i] = (byte) random.nextInt(1 + random.nextInt(256));
          }
        }
      }
    }
    return content;
  }

  /** Captures everything with several workers, in a random order. */
  public void capture(SnapshotWriter writer, Map<String, byte[]> before, boolean pagesKnown) {
    var paths = new ArrayList<>(files.keySet());
    Collections.shuffle(paths, random);
    int workers = 1 + random.nextInt(2);
    for (int worker = 0; worker < workers; worker++) {
      try (var open = writer.worker()) {
        for (int i = worker; i < paths.size(); i += workers) {
          var path = paths.get(i);
          var changes = pagesKnown ? changes(before, path) : anyMode();
          open.capture(spec(path), source(content(path)), changes);
        }
      }
    }
  }

  private Changes anyMode() {
    return random.nextInt(4) == 0 ? new Changes.Everything() : new Changes.Unknown();
  }

  private Changes changes(Map<String, byte[]> before, String path) {
    var old = before.get(path);
    var now = content(path);
    var runs = new ArrayList<Changes.Run>();
    for (int page = 0; old != null && page * PAGE < Math.min(old.length, now.length); page++) {
      boolean differs = !Arrays.equals(slice(old, page), slice(now, page));
      if (differs || random.nextInt(20) == 0) {
        runs.add(new Changes.Run(page, 1));
      }
    }
    return new Changes.Pages(merged(runs), now.length);
  }

  private static List<Changes.Run> merged(List<Changes.Run> single) {
    var runs = new ArrayList<Changes.Run>();
    for (var run : single) {
      var last = runs.isEmpty() ? null : runs.getLast();
      if (last != null && last.first() + last.count() == run.first()) {
        runs.set(runs.size() - 1, new Changes.Run(last.first(), last.count() + 1));
      } else {
        runs.add(run);
      }
    }
    return runs;
  }

  private static byte[] slice(byte[] content, int page) {
    return Arrays.copyOfRange(content, page * PAGE, Math.min(content.length, (page + 1) * PAGE));
  }

  static FileSpec spec(String path, long size) {
    return new FileSpec(path, new FileSpec.Kind.File(size), 0600, TIME);
  }

  private byte[] content(String path) {
    return Objects.requireNonNull(files.get(path));
  }

  private FileSpec spec(String path) {
    return spec(path, content(path).length);
  }

  static FileSource source(byte[] content) {
    return (offset, target, at, length) -> {
      int count = Math.clamp(content.length - offset, 0, length);
      System.arraycopy(content, (int) offset, target, at, count);
      return count;
    };
  }

  /** The snapshot reads back as exactly these files, in order, at random and by name. */
  public void verify(Repository repository, SnapshotId id, Map<String, byte[]> expected) {
    try (var reader = repository.open(id)) {
      assertThat(reader.missing()).isEmpty();
    }
    verifyContents(repository, id, expected);
  }

  /** The same of a repository that may be damaged: all that is handed out is what was written. */
  public void verifyContents(Repository repository, SnapshotId id, Map<String, byte[]> expected) {
    try (var reader = repository.open(id)) {
      var paths = new ArrayList<String>();
      reader.files(file -> {
        paths.add(file.spec().path());
        assertThat(file.spec()).isEqualTo(spec(file.spec().path(), file.size()));
        assertSame(reader, file, Objects.requireNonNull(expected.get(file.spec().path())));
      });
      assertThat(paths).containsExactlyElementsOf(expected.keySet());
      assertThat(reader.file("base/none")).isEmpty();
    }
  }

  private void assertSame(SnapshotReader reader, StoredFile file, byte[] expected) {
    assertThat(file.size()).isEqualTo(expected.length);
    assertThat(reader.file(file.spec().path()).orElseThrow().size()).isEqualTo(file.size());
    try (var content = reader.open(file)) {
      var whole = new byte[expected.length];
      content.transferTo(
          (offset, bytes, at, length) -> System.arraycopy(bytes, at, whole, (int) offset, length));
      assertThat(Arrays.mismatch(whole, expected)).as(file.spec().path()).isEqualTo(-1);
      for (int i = 0; i < 3 && expected.length > 0; i++) {
        int offset = random.nextInt(expected.length);
        int length = random.nextInt(Math.min(3 * PAGE, expected.length - offset) + 1);
        var part = new byte[length + 2];
        content.read(offset, part, 1, length);
        assertThat(Arrays.copyOfRange(part, 1, 1 + length))
            .isEqualTo(Arrays.copyOfRange(expected, offset, offset + length));
      }
    }
  }
}
