package io.aegis.e2e.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * One source file, as text and as the tree that the JDK's own parser makes of it.
 *
 * @param path from the project's directory
 */
record Source(
    String path, String text, Kind kind, CompilationUnitTree tree, SourcePositions positions) {

  /** Tests are spared some of the rules. */
  enum Kind {
    MAIN,
    TEST
  }

  /** In the order of the files; parsed by one task, since each keeps megabytes of its own. */
  static List<Source> read(Path root, List<Path> files) {
    return parse(files.stream().map(file -> text(root, file)).toList());
  }

  static Source parse(String path, Kind kind, String text) {
    return parse(List.of(new Text(path, kind, text))).getFirst();
  }

  private record Text(String path, Kind kind, String content) {}

  private static Text text(Path root, Path file) {
    try {
      var path = root.relativize(file).toString();
      var kind = path.contains("src/test/") ? Kind.TEST : Kind.MAIN;
      return new Text(path, kind, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static List<Source> parse(List<Text> texts) {
    var units =
        texts.stream().map(text -> inMemory(text.path(), text.content())).toList();
    try {
      var task = (JavacTask) ToolProvider.getSystemJavaCompiler()
          .getTask(null, null, _ -> {}, List.of("-proc:none"), null, units);
      var positions = Trees.instance(task).getSourcePositions();
      var trees = new HashMap<URI, CompilationUnitTree>();
      task.parse().forEach(tree -> trees.put(tree.getSourceFile().toUri(), tree));
      var sources = new ArrayList<Source>();
      for (int i = 0; i < texts.size(); i++) {
        var text = texts.get(i);
        var tree = Objects.requireNonNull(trees.get(units.get(i).toUri()), text.path());
        sources.add(new Source(text.path(), text.content(), text.kind(), tree, positions));
      }
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot parse", e);
    }
  }

  String packageName() {
    var declared = tree.getPackage();
    return declared == null ? "" : declared.getPackageName().toString();
  }

  boolean isPackageInfo() {
    return path.endsWith("package-info.java");
  }

  List<String> lines() {
    return text.lines().toList();
  }

  /** How many lines stand between the first and the last line of this tree. */
  int linesInside(Tree part) {
    var lines = tree.getLineMap();
    long first = lines.getLineNumber(positions.getStartPosition(tree, part));
    long last = lines.getLineNumber(positions.getEndPosition(tree, part));
    return (int) Math.max(0, last - first - 1);
  }

  private static JavaFileObject inMemory(String path, String text) {
    return new SimpleJavaFileObject(URI.create("memory:///" + path), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
