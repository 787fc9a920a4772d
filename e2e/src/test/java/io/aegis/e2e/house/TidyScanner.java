package io.aegis.e2e.house;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreeScanner;
import io.aegis.e2e.house.Source.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at types, methods and names. A body is counted without the lines of its braces; a statement
 * nests if it is a condition, a loop, a switch, a try or a lock; {@code else if} goes on with the
 * one before it; a class within a method begins anew. A record's components are no parameters.
 */
@SuppressWarnings("VoidUsed") // the visitor has a parameter that nobody needs
final class TidyScanner extends TreeScanner<@Nullable Void, @Nullable Void> {
  /** Last words that say nothing about what a class is. */
  private static final Pattern SAYS_NOTHING = Pattern.compile(
      "(.*[a-z0-9])?(Manager|Service|Helper|Utils?|Impl|Base|Common|Data|Info|Processor)");

  private final Source source;
  private final List<Finding> findings = new ArrayList<>();
  private final Deque<ClassTree> types = new ArrayDeque<>();
  private @Nullable String method;
  private int depth;
  private int deepest;

  private TidyScanner(Source source) {
    this.source = source;
  }

  static List<Finding> scan(Source source) {
    var scanner = new TidyScanner(source);
    scanner.scan(source.tree(), null);
    return scanner.findings;
  }

  @Override
  public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
    var outerMethod = method;
    int outerDepth = depth;
    int outerDeepest = deepest;
    method = null;
    depth = 0;
    types.addLast(type);
    name(type.getSimpleName().toString());
    if (SAYS_NOTHING.matcher(type.getSimpleName()).matches()) {
      find("name", "its last word does not say what it is");
    }
    initializers(type);
    super.visitClass(type, nothing);
    types.removeLast();
    method = outerMethod;
    depth = outerDepth;
    deepest = outerDeepest;
    return null;
  }

  private void initializers(ClassTree type) {
    type.getMembers().stream()
        .filter(BlockTree.class::isInstance)
        .forEach(block -> body(block, "an initializer"));
  }

  @Override
  public @Nullable Void visitMethod(MethodTree tree, @Nullable Void nothing) {
    method = tree.getName().toString();
    depth = 0;
    deepest = 0;
    name(method);
    int parameters = tree.getParameters().size();
    if (parameters > Budgets.PARAMETERS && !isOfARecord(tree)) {
      find("parameters", parameters + " parameters");
    }
    if (tree.getBody() != null) {
      body(tree.getBody(), "its body");
    }
    super.visitMethod(tree, nothing);
    if (deepest > Budgets.NESTING) {
      find("nesting", deepest + " statements in one another");
    }
    method = null;
    return null;
  }

  private boolean isOfARecord(MethodTree tree) {
    return types.getLast().getKind() == Tree.Kind.RECORD && tree.getReturnType() == null;
  }

  private void body(Tree block, String what) {
    int lines = source.linesInside(block);
    if (lines > Budgets.BODY_LINES) {
      find("body", what + " has " + lines + " lines");
    }
  }

  @Override
  public @Nullable Void visitVariable(VariableTree tree, @Nullable Void nothing) {
    name(tree.getName().toString());
    return super.visitVariable(tree, nothing);
  }

  @Override
  public @Nullable Void visitIf(IfTree tree, @Nullable Void nothing) {
    scan(tree.getCondition(), null);
    nested(() -> scan(tree.getThenStatement(), null));
    StatementTree otherwise = tree.getElseStatement();
    if (otherwise instanceof IfTree) {
      scan(otherwise, null);
    } else {
      nested(() -> scan(otherwise, null));
    }
    return null;
  }

  @Override
  public @Nullable Void visitForLoop(ForLoopTree tree, @Nullable Void nothing) {
    return nested(() -> super.visitForLoop(tree, nothing));
  }

  @Override
  public @Nullable Void visitEnhancedForLoop(EnhancedForLoopTree tree, @Nullable Void nothing) {
    return nested(() -> super.visitEnhancedForLoop(tree, nothing));
  }

  @Override
  public @Nullable Void visitWhileLoop(WhileLoopTree tree, @Nullable Void nothing) {
    return nested(() -> super.visitWhileLoop(tree, nothing));
  }

  @Override
  public @Nullable Void visitDoWhileLoop(DoWhileLoopTree tree, @Nullable Void nothing) {
    return nested(() -> super.visitDoWhileLoop(tree, nothing));
  }

  @Override
  public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void nothing) {
    return nested(() -> super.visitSwitch(tree, nothing));
  }

  @Override
  public @Nullable Void visitTry(TryTree tree, @Nullable Void nothing) {
    return nested(() -> super.visitTry(tree, nothing));
  }

  @Override
  public @Nullable Void visitSynchronized(SynchronizedTree tree, @Nullable Void nothing) {
    return nested(() -> super.visitSynchronized(tree, nothing));
  }

  private @Nullable Void nested(Runnable inside) {
    depth++;
    deepest = Math.max(deepest, depth);
    inside.run();
    depth--;
    return null;
  }

  private void name(String identifier) {
    if (identifier.length() > Budgets.IDENTIFIER && source.kind() == Kind.MAIN) {
      find("identifier", identifier + " has " + identifier.length() + " characters");
    }
  }

  private void find(String rule, String fact) {
    var names = types.stream().map(type -> type.getSimpleName().toString()).toList();
    var type = source.packageName() + "." + String.join(".", names);
    findings.add(new Finding(rule, method == null ? type : type + "#" + method, fact));
  }
}
