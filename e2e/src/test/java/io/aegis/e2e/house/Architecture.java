package io.aegis.e2e.house;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rules between classes, read from bytecode.
 *
 * <ul>
 *   <li>{@code edge}: a module uses only those that it may use
 *   <li>{@code private}: of another module it uses only the face, which is its root package
 *   <li>{@code cycle}: the private packages of a module do not use one another in a circle
 *   <li>{@code port}: time, randomness, threads and the environment come in by constructor
 *   <li>{@code foreign}: a face speaks of the JDK and of faces only
 *   <li>{@code array}: a record of a face holds no array, which would make it unequal to its like
 * </ul>
 */
final class Architecture {
  static final Set<String> RULES = Set.of("edge", "private", "cycle", "port", "foreign", "array");

  private static final Pattern OUTSIDE_WORLD = Pattern.compile(String.join(
      "|",
      "java\\.time\\.(Instant|Local\\w+|OffsetDateTime|ZonedDateTime)\\.now",
      "java\\.time\\.Clock\\.system\\w*",
      "java\\.lang\\.System\\.(currentTimeMillis|nanoTime|getenv)",
      "java\\.lang\\.Math\\.random",
      "java\\.util\\.UUID\\.randomUUID",
      "java\\.util\\.(Random|SplittableRandom|Timer)\\.<init>",
      "java\\.security\\.SecureRandom\\.<init>",
      "java\\.util\\.concurrent\\.ThreadLocalRandom\\.current",
      "java\\.util\\.concurrent\\.Executors\\..*",
      "java\\.util\\.concurrent\\.CompletableFuture\\.(supply|run)Async",
      "java\\.lang\\.Thread\\.(<init>|start|startVirtualThread|sleep|ofVirtual|ofPlatform)"));

  private final String root;
  private final Map<String, Set<String>> edges;
  private final Set<String> wiring;
  private final Set<String> withoutFace;

  /**
   * @param root the package above the modules
   * @param edges for each module those that it may use
   * @param wiring modules that make the ports, and so may touch the outside world
   * @param withoutFace modules that nobody uses, and so need not speak a language of their own
   */
  Architecture(
      String root, Map<String, Set<String>> edges, Set<String> wiring, Set<String> withoutFace) {
    this.root = root;
    this.edges = edges;
    this.wiring = wiring;
    this.withoutFace = withoutFace;
  }

  List<Finding> check(JavaClasses classes) {
    var findings = new ArrayList<Finding>();
    for (var type : classes) {
      uses(type).forEach(findings::add);
      ports(type).forEach(findings::add);
      face(type).forEach(findings::add);
    }
    SlicesRuleDefinition.slices()
        .matching(root + ".(*).(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .evaluate(classes)
        .getFailureReport()
        .getDetails()
        .forEach(cycle -> findings.add(new Finding("cycle", root, cycle)));
    return findings.stream().distinct().toList();
  }

  private Stream<Finding> uses(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .filter(use -> isOurs(base(use)) && !moduleOf(base(use)).equals(moduleOf(type)))
        .flatMap(use -> judge(type, base(use)));
  }

  private Stream<Finding> judge(JavaClass user, JavaClass used) {
    var subject = outermost(user);
    if (!edges.getOrDefault(moduleOf(user), Set.of()).contains(moduleOf(used))) {
      return Stream.of(new Finding("edge", subject, "must not know " + used.getName()));
    }
    if (!isInFace(used)) {
      return Stream.of(new Finding("private", subject, "reaches into " + used.getName()));
    }
    return Stream.empty();
  }

  private Stream<Finding> ports(JavaClass type) {
    if (!isOurs(type) || wiring.contains(moduleOf(type))) {
      return Stream.empty();
    }
    return Stream.of(
            type.getMethodCallsFromSelf(),
            type.getConstructorCallsFromSelf(),
            type.getMethodReferencesFromSelf(),
            type.getConstructorReferencesFromSelf())
        .flatMap(Set::stream)
        .map(access -> access.getTargetOwner().getName() + "." + access.getName())
        .filter(OUTSIDE_WORLD.asMatchPredicate())
        .map(call -> new Finding("port", outermost(type), "calls " + call));
  }

  private Stream<Finding> face(JavaClass type) {
    if (!isOurs(type) || !isInFace(type) || !isVisible(type)) {
      return Stream.empty();
    }
    return Stream.concat(foreign(type), arrays(type));
  }

  private Stream<Finding> foreign(JavaClass type) {
    var units = type.getCodeUnits().stream()
        .filter(Architecture::isShown)
        .flatMap(
            unit -> Stream.concat(signature(unit), unit.getThrowsClause().getTypes().stream()));
    var fields = type.getFields().stream()
        .filter(field -> isShown(field.getModifiers()))
        .map(JavaField::getType);
    var parents = Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream());
    return Stream.of(units, fields, parents)
        .flatMap(types -> types.map(JavaType.class::cast))
        .flatMap(shown -> shown.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType)
        .filter(Predicate.not(this::isSpokenHere))
        .map(word -> new Finding("foreign", type.getName(), "shows " + word.getName()));
  }

  private static Stream<JavaType> signature(JavaCodeUnit unit) {
    return Stream.concat(unit.getParameterTypes().stream(), Stream.of(unit.getReturnType()));
  }

  private static Stream<Finding> arrays(JavaClass type) {
    if (!type.isRecord()) {
      return Stream.empty();
    }
    return type.getFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .filter(field -> field.getRawType().isArray())
        .map(field -> new Finding("array", type.getName(), "holds the array " + field.getName()));
  }

  private boolean isSpokenHere(JavaClass word) {
    var name = word.getPackageName();
    return word.isPrimitive()
        || name.startsWith("java.")
        || name.startsWith("org.jspecify.")
        || (isOurs(word) && isInFace(word));
  }

  private boolean isInFace(JavaClass type) {
    return type.getPackageName().equals(root + "." + moduleOf(type))
        && !withoutFace.contains(moduleOf(type));
  }

  private boolean isOurs(JavaClass type) {
    return type.getName().startsWith(root + ".");
  }

  private String moduleOf(JavaClass type) {
    return type.getName().substring(root.length() + 1).split("[.]", 2)[0];
  }

  private static boolean isVisible(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(Architecture::isVisible).orElse(true);
  }

  private static boolean isShown(JavaCodeUnit unit) {
    return isShown(unit.getModifiers());
  }

  private static boolean isShown(Set<JavaModifier> modifiers) {
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  private static JavaClass base(Dependency use) {
    return use.getTargetClass().getBaseComponentType();
  }

  private static String outermost(JavaClass type) {
    return type.getEnclosingClass().map(Architecture::outermost).orElse(type.getName());
  }
}
