import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes a jar of the distribution fit for the JVM's ahead-of-time cache. Run by the build, from
 * source, with the jars as arguments; each is replaced.
 *
 * <p>The cache takes no class that is older than Java 6, nor any class that extends one or mentions
 * it in its verification, which every command does: picocli is compiled for Java 5. Such classes
 * get the version of Java 8 and the stack maps that it wants; their code stays as it is.
 *
 * <p>Variants of a library for newer versions of Java are left out: the one of zstd-jni binds by
 * method handles made at run time, which cost a third of a second at every start and which the
 * cache cannot keep, where JNI costs nothing.
 */
final class AotReady {
  private static final int JAVA_6 = 50;
  private static final int JAVA_8 = 52;
  private static final String VARIANTS = "META-INF/versions/";

  private final ClassFile classes;

  private AotReady(ClassLoader libraries) {
    var hierarchy = ClassHierarchyResolver.ofResourceParsing(libraries)
        .orElse(ClassHierarchyResolver.defaultResolver());
    classes = ClassFile.of(
        StackMapsOption.GENERATE_STACK_MAPS,
        ConstantPoolSharingOption.NEW_POOL,
        ClassHierarchyResolverOption.of(hierarchy));
  }

  public static void main(String[] jars) throws IOException {
    for (String name : jars) {
      var jar = Path.of(name);
      var ready = jar.resolveSibling(jar.getFileName() + ".ready");
      var urls = new URL[] {jar.toUri().toURL()};
      try (var libraries = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
          var from = new JarFile(jar.toFile());
          var to = new ZipOutputStream(Files.newOutputStream(ready))) {
        new AotReady(libraries).copy(from, to);
      }
      Files.move(ready, jar, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void copy(JarFile from, ZipOutputStream to) throws IOException {
    for (var entry : (Iterable<java.util.jar.JarEntry>) from.stream()::iterator) {
      if (!entry.getName().startsWith(VARIANTS)) {
        var copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime());
        to.putNextEntry(copy);
        var bytes = from.getInputStream(entry).readAllBytes();
        to.write(entry.getName().endsWith(".class") ? modern(bytes) : bytes);
      }
    }
  }

  private byte[] modern(byte[] bytes) {
    var old = classes.parse(bytes);
    if (old.majorVersion() >= JAVA_6) {
      return bytes;
    }
    ClassTransform code =
        ClassTransform.transformingMethodBodies((to, element) -> to.with(element));
    ClassTransform version = (to, element) -> to.with(
        element instanceof ClassFileVersion ? ClassFileVersion.of(JAVA_8, 0) : element);
    return classes.transformClass(old, code.andThen(version));
  }
}
