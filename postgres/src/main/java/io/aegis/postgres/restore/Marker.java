package io.aegis.postgres.restore;

import io.aegis.kernel.ByteReader.Malformed;
import io.aegis.kernel.Json;
import io.aegis.postgres.Incarnation;
import io.aegis.postgres.account.HeldDirectory;
import io.aegis.postgres.layout.DirectoryScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What makes a directory ours: {@code aegis/restore.json} in it. Without one, nothing in a
 * directory is ever written over or removed.
 *
 * @param incarnation which restore it was
 * @param stage how far it came
 * @param tablespaces the directories that were empty or absent when it began, and so are ours too
 * @param source {@code postgresql.auto.conf} as the snapshot has it, to go back to
 * @param place where it was made, with no link in it; empty in what an earlier build has begun
 */
record Marker(
    Incarnation incarnation,
    Stage stage,
    List<Path> tablespaces,
    String source,
    Optional<Path> place) {
  static final String DIRECTORY = "aegis";

  Marker {
    tablespaces = List.copyOf(tablespaces);
  }

  /** How far a restore came. */
  enum Stage {
    /** Files are being put back; what is there can be thrown away. */
    FILLING,
    /**
     * Everything is there; a server may have run on it since, so nothing is thrown away any more.
     */
    COMPLETE,
    /** The fence was taken down: the cluster is its owner's. */
    OPEN
  }

  static Path directory(Path target) {
    return target.resolve(DIRECTORY);
  }

  private static Path file(Path target) {
    return directory(target).resolve(DirectoryScan.RESTORE_MARKER);
  }

  /** Empty for whatever is not such a marker: then the directory is not ours. */
  static Optional<Marker> read(Path target) {
    try {
      return parsed(Files.readString(file(target)));
    } catch (NoSuchFileException | CharacterCodingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file(target), e);
    }
  }

  /** The same of a data directory that is held open. */
  static Optional<Marker> read(HeldDirectory target) throws IOException {
    try (var own = target.enter(DIRECTORY)) {
      return own.hasOwnerOf(target) // or anybody who may write here has made it
          ? own.text(DirectoryScan.RESTORE_MARKER).flatMap(Marker::parsed)
          : Optional.empty();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }

  private static Optional<Marker> parsed(String text) {
    try {
      var json = Json.parseObject(text);
      return Optional.of(new Marker(
          new Incarnation(json.text("incarnation")),
          Stage.valueOf(json.text("stage").toUpperCase(Locale.ROOT)),
          json.array("tablespaces").stream().map(Marker::path).toList(),
          json.text("source"),
          json.find("place") == null
              ? Optional.empty()
              : Optional.of(Path.of(json.text("place")))));
    } catch (Malformed | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The first of a restore, on a place that has none; durable on return. */
  void begin(Path target) throws IOException {
    DurableFiles.makeDirectory(target, DIRECTORY, DurableFiles.OWNER_DIRECTORY);
    DurableFiles.writeNew(file(target), text());
    DurableFiles.syncDirectory(target);
  }

  /** In place of the one that is there; durable on return. */
  void write(HeldDirectory target) throws IOException {
    try (var own = target.enter(DIRECTORY)) {
      own.replace(DirectoryScan.RESTORE_MARKER, text().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** In place of the one that is there, unless another run took over; durable on return. */
  void write(Workbench bench) throws IOException {
    bench.write(bench.target().relativize(file(bench.target())).toString(), text());
  }

  private String text() {
    var json = Json.object()
        .with("incarnation", incarnation.value())
        .with("stage", stage.name().toLowerCase(Locale.ROOT))
        .with("tablespaces", Json.array(tablespaces.stream().map(Marker::text).toList()))
        .with("source", source);
    return place.map(made -> json.with("place", made.toString())).orElse(json).pretty();
  }

  Marker with(Stage newStage) {
    return new Marker(incarnation, newStage, tablespaces, source, place);
  }

  private static Path path(Json item) {
    if (item instanceof Json.Str(var text)) {
      return Path.of(text);
    }
    throw new Malformed("a tablespace is not a path");
  }

  private static Json text(Path path) {
    return new Json.Str(path.toString());
  }

  /**
   * What makes a tablespace's directory one restore's: a file in it, beside PostgreSQL's own
   * directory, from before anything is put there until the recovery is opened.
   *
   * @param incarnation which restore it was
   * @param place where the data directory was made, as {@link Marker#place}
   */
  record OfTablespace(Incarnation incarnation, Path place) {
    static final String NAME = "aegis-restore.json";

    /** Whether nothing is there, but for a mark that came to pieces. */
    static boolean isFree(Path directory) throws IOException {
      if (DurableFiles.isEmptyOrAbsent(directory)) {
        return true;
      }
      try (var entries = Files.list(directory)) {
        return entries.allMatch(DurableFiles.part(directory.resolve(NAME))::equals);
      } catch (NotDirectoryException e) {
        return false;
      }
    }

    /** The same of one that is held open. */
    static boolean isFree(HeldDirectory directory) throws IOException {
      return directory.names().stream().allMatch((NAME + HeldDirectory.PART)::equals);
    }

    boolean isIn(Path directory) throws IOException {
      try {
        return parsed(Files.readString(directory.resolve(NAME)))
            .filter(this::equals)
            .isPresent();
      } catch (NoSuchFileException | CharacterCodingException e) {
        return false; // not ours, whatever it is
      }
    }

    /** The same of one that is held open. */
    boolean isIn(HeldDirectory directory) throws IOException {
      var found = directory.text(NAME);
      return found.flatMap(OfTablespace::parsed).filter(this::equals).isPresent();
    }

    private static Optional<OfTablespace> parsed(String text) {
      try {
        var json = Json.parseObject(text);
        return Optional.of(new OfTablespace(
            new Incarnation(json.text("incarnation")), Path.of(json.text("dataDirectory"))));
      } catch (Malformed | IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    /** Durable on return. */
    void write(Path directory) throws IOException {
      var json = Json.object()
          .with("incarnation", incarnation.value())
          .with("dataDirectory", place.toString());
      try (var held = HeldDirectory.of(directory)) {
        held.replace(NAME, json.pretty().getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
