package io.aegis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import io.aegis.cli.frame.Answer;
import io.aegis.cli.frame.Page;
import io.aegis.kernel.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a failure or a page tells people to type is a command that exists, with its options. */
class AdviceTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What stands in a message where only the program knows the word. */
  private static final String ANY_WORD = "1";

  private static final Pattern COMMAND = Pattern.compile("(?:^|: |\\$ \\.?/?)aegis ([a-z].*)$");

  @Test
  void every_next_step_of_a_failure_can_be_typed() throws IOException {
    var advice = new ArrayList<Advice>();
    try (var files = Files.walk(ROOT)) {
      collect(files.filter(AdviceTest::isMainSource).toList(), advice);
    }
    assertThat(advice).hasSizeGreaterThan(40);
    assertThat(advice.stream().flatMap(AdviceTest::fault)).isEmpty();
  }

  @Test
  void every_command_on_a_page_can_be_typed() throws IOException {
    var advice = new ArrayList<Advice>();
    try (var pages = Files.walk(ROOT.resolve("docs"))) {
      for (var page : Stream.concat(pages, Stream.of(ROOT.resolve("README.md")))
          .filter(file -> file.toString().endsWith(".md"))
          .toList()) {
        commandsOf(page, advice);
      }
    }
    assertThat(advice).hasSizeGreaterThan(40);
    assertThat(advice.stream().flatMap(AdviceTest::fault)).isEmpty();
  }

  // Red when: Session.typed gives the text back as it is, or TypedAdvice.COMMAND lacks a command.
  @Test
  void every_command_is_advised_with_the_file_that_was_named_for_this_one() {
    var session = new Cli(Path.of("/nowhere")).session();
    CommandTree.whole(session).parseArgs("status", "-c", "etc/my shop.yaml");

    var all = commands(CommandTree.whole(new Cli(Path.of("/nowhere")).session()))
        .filter(name -> !name.matches("aegis (demo|explain|completion|version)"))
        .toList();
    assertThat(all).hasSizeGreaterThan(25);
    assertThat(all)
        .allSatisfy(name -> assertThat(session.typed("next: " + name + " --x    (why)"))
            .isEqualTo("next: " + name + " -c 'etc/my shop.yaml' --x    (why)"));
    assertThat(session.typed("'aegis doctor' says which; aegis status -c other.yaml"))
        .isEqualTo("'aegis doctor' says which; aegis status -c other.yaml");
  }

  // Red when: TypedAdvice changes the warnings of a plan, of which there is a digest beside it, or
  // not those of the document itself.
  @Test
  void the_warnings_of_a_document_are_typed_and_those_of_a_plan_in_it_are_data() {
    var session = new Cli(Path.of("/nowhere")).capture(one -> {
      CommandTree.whole(one).parseArgs("status", "-c", "x.yaml", "--json");
      one.show(new Warned());
      return 0;
    });

    assertThat(session.out()).contains("\"aegis doctor -c x.yaml\"").contains("\"aegis points\"");
  }

  private record Warned() implements Answer {
    @Override
    public String kind() {
      return "Warned";
    }

    @Override
    public Json.Obj json() {
      return Json.object()
          .with("warnings", Json.texts(List.of("aegis doctor")))
          .with("plan", Json.object().with("warnings", Json.texts(List.of("aegis points"))));
    }

    @Override
    public void print(Page page) {
      page.line("");
    }
  }

  private static Stream<String> commands(CommandLine command) {
    var verbs = command.getSubcommands().values();
    return verbs.isEmpty()
        ? Stream.of(command.getCommandSpec().qualifiedName())
        : verbs.stream().flatMap(AdviceTest::commands);
  }

  /** A command somebody is told to type, and where. */
  private record Advice(String place, String command) {}

  /** Why it cannot be typed, if so. */
  private static Stream<String> fault(Advice advice) {
    var words = words(advice.command());
    if (words.size() == 1 && words.getFirst().startsWith("<")) {
      return Stream.empty(); // any command
    }
    try {
      CommandTree.whole(new Cli(Path.of("/nowhere")).session())
          .parseArgs(words.toArray(String[]::new));
      return Stream.empty();
    } catch (CommandLine.ParameterException e) {
      return Stream.of(advice.place() + ": aegis " + advice.command() + " -- " + e.getMessage());
    }
  }

  /**
   * As a shell would divide it, without what it would redirect. Remarks stand behind three blanks
   * or more, or a hash.
   */
  private static List<String> words(String command) {
    var typed = command.replaceAll("( {3,}| +#| +2?> ).*$", "").strip();
    var words = new ArrayList<String>();
    var matcher = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(<[^>]*>|\\S+)").matcher(typed);
    while (matcher.find()) {
      words.add(Stream.of(1, 2, 3)
          .map(matcher::group)
          .filter(group -> group != null)
          .findFirst()
          .orElseThrow());
    }
    return words;
  }

  private static boolean isMainSource(Path file) {
    var path = ROOT.relativize(file).toString();
    return path.contains("src/main/java/") && path.endsWith(".java");
  }

  private static void collect(List<Path> files, List<Advice> advice) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var sources = compiler.getStandardFileManager(null, null, null)) {
      var options = List.of("-proc:none");
      var task = (JavacTask) compiler.getTask(
          null, sources, _ -> {}, options, null, sources.getJavaFileObjectsFromPaths(files));
      for (var unit : task.parse()) {
        var file = Path.of(unit.getSourceFile().getName()).getFileName().toString();
        unit.accept(new NextSteps(file, advice), null);
      }
    }
  }

  /** Finds what is given to {@code next(…)}. */
  private static final class NextSteps extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final String file;
    private final List<Advice> advice;

    NextSteps(String file, List<Advice> advice) {
      this.file = file;
      this.advice = advice;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
      if (call.getMethodSelect() instanceof MemberSelectTree select
          && select.getIdentifier().contentEquals("next")) {
        for (var argument : call.getArguments()) {
          var matcher = COMMAND.matcher(text(argument));
          if (matcher.find()) {
            advice.add(new Advice(file, matcher.group(1)));
          }
        }
      }
      return super.visitMethodInvocation(call, null);
    }

    private static String text(ExpressionTree expression) {
      return switch (expression) {
        case LiteralTree literal -> String.valueOf(literal.getValue());
        case BinaryTree sum -> text(sum.getLeftOperand()) + text(sum.getRightOperand());
        default -> ANY_WORD;
      };
    }
  }

  /** Lines of code blocks that begin with the command. */
  private static void commandsOf(Path page, List<Advice> advice) throws IOException {
    boolean isCode = false;
    for (var line : Files.readAllLines(page)) {
      isCode ^= line.startsWith("```");
      var matcher = COMMAND.matcher(line.strip());
      if ((isCode || line.startsWith("    ")) && matcher.find() && !line.contains("Usage:")) {
        advice.add(new Advice(page.getFileName().toString(), matcher.group(1)));
      }
    }
  }
}
