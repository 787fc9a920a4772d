package io.aegis.cli.frame;

import io.aegis.cli.CliCode;
import io.aegis.cli.terminal.JsonDocument;
import io.aegis.cli.terminal.Terminal.Stream;
import io.aegis.kernel.Failure;
import io.aegis.kernel.FailureCode;
import io.aegis.kernel.Report;
import io.aegis.kernel.ShellWord;
import io.aegis.kernel.Spelling;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where every failure stops travelling: it is shown once, and becomes an exit code. */
public final class Failures {
  /** What other tools of this field call it, and people type at night. */
  private static final Map<String, String> OTHERS_WORDS = Map.of(
      "restore", "recover",
      "rollback", "recover",
      "snapshot", "backup",
      "list", "points",
      "info", "status",
      "check", "repo check",
      "verify", "repo check --read-data",
      "archive", "wal stream");

  private static final Pattern CONSTANTS =
      Pattern.compile("(expected one of \\[[A-Z, ]+]) \\(case-insensitive\\)");

  private static final Pattern FOR_PROGRAMS =
      Pattern.compile(" (--json|(-o|--output)[ =]?(nd)?json) ", Pattern.CASE_INSENSITIVE);

  private final Session session;
  private final Map<FailureCode, ExitCode> exitCodes;

  /**
   * @param exitCodes of the failures that scripts tell apart; every other one is {@link
   *     ExitCode#FAILED}
   */
  public Failures(Session session, Map<FailureCode, ExitCode> exitCodes) {
    this.session = session;
    this.exitCodes = Map.copyOf(exitCodes);
  }

  /** Shows what was thrown while a command ran. */
  public int show(Throwable thrown, String command) {
    return switch (thrown) {
      case Failure cut
      when session.interrupts().hasTimedOut() && isCutOff(cut) ->
        show(timedOut(command, cut.report()));
      case InterruptedException _
      when session.interrupts().hasTimedOut() -> show(timedOut(command, interrupted(command)));
      case Failure failure -> {
        int exit = show(failure.report());
        if (session.options().isVerbose()) {
          showStack(failure);
        }
        yield exit;
      }
      case InterruptedException _ -> show(interrupted(command));
      case Throwable bug -> showBug(bug, command);
    };
  }

  private void showStack(Failure failure) {
    var err = session.terminal().err();
    if (session.options().format().isForPrograms()) {
      err.println(JsonDocument.of("Stack").with("text", stackOf(failure)).compact());
    } else {
      err.print(stackOf(failure));
    }
  }

  private int show(Report failure) {
    return show(failure, session.options().format().isForPrograms());
  }

  private int show(Report failure, boolean isForPrograms) {
    var report = session.advice().on(failure);
    ExitCode exit = exitCodes.getOrDefault(report.code(), ExitCode.FAILED);
    var err = session.terminal().err();
    if (isForPrograms) {
      err.println(ErrorPage.json(report, exit));
    } else {
      err.print(ErrorPage.text(report, session.paint(Stream.ERR)));
    }
    err.flush();
    return exit.number();
  }

  private static Report interrupted(String command) {
    return Report.of(CliCode.INTERRUPTED, "'" + command + "' was interrupted")
        .safe("whatever it had finished is durable; nothing else was changed")
        .next(command);
  }

  /** A refusal, or damage that was found, is none, whatever has passed. */
  private static boolean isCutOff(Failure failure) {
    return failure instanceof Failure.Unavailable
        || failure.getCause() instanceof ClosedByInterruptException
        || failure.getCause() instanceof InterruptedException;
  }

  /** What could not be had then was mostly cut off by it; what is safe is its own. */
  private static Report timedOut(String command, Report cut) {
    var next = new ArrayList<String>();
    next.add("the same with a longer --timeout, or none");
    next.addAll(cut.next());
    return new Report(
        CliCode.INTERRUPTED,
        "'" + command + "' took longer than --timeout allows",
        cut.headline(),
        cut.safe(),
        next);
  }

  private int showBug(Throwable bug, String command) {
    int exit = show(Report.of(CliCode.BUG, "this is a bug in Aegis: " + bug)
        .why("something happened that the program holds for impossible; it stopped")
        .safe("what was durable before is still there: nothing stored is ever overwritten")
        .next("aegis repo check", "report the block below; it holds no secrets"));
    String block = Version.current().line() + "\ncommand: " + command + "\n" + stackOf(bug);
    var err = session.terminal().err();
    if (session.options().format().isForPrograms()) {
      err.println(JsonDocument.of("BugReport").with("text", block).compact());
    } else {
      err.print("---- bug report ----\n" + block + "--------------------\n");
    }
    err.flush();
    return exit;
  }

  private static String stackOf(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  /**
   * Shows what is wrong with a command line.
   *
   * @param words all of it: an option behind the wrong one was not read any more
   */
  public int show(ParameterException wrong, String... words) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    var next = new ArrayList<>(suggestions(wrong, words));
    next.add(command + " --help");
    String what = "'" + command + "': " + fact(wrong);
    return show(
        new Report(CliCode.USAGE, what, "", "nothing was started", next),
        session.options().format().isForPrograms() || isForPrograms(words));
  }

  private static boolean isForPrograms(String... words) {
    return FOR_PROGRAMS.matcher(" " + String.join(" ", words) + " ").find();
  }

  private static List<String> suggestions(ParameterException wrong, String... words) {
    if (!(wrong instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return List.of();
    }
    CommandLine at = wrong.getCommandLine();
    String typed = unmatched.getUnmatched().getFirst();
    var spec = at.getCommandSpec();
    if (!typed.startsWith("-") && spec.optionsMap().containsKey("--to")) {
      return List.of(spec.qualifiedName() + " --to " + typed + "     (did you mean this?)");
    }
    var known =
        typed.startsWith("-") ? spec.optionsMap().keySet() : at.getSubcommands().keySet();
    return meant(typed, known).stream()
        .map(meant -> whole(spec, typed, meant, words) + "     (did you mean this?)")
        .toList();
  }

  /** An option that stands before its command would otherwise lose it. */
  private static String whole(CommandSpec spec, String typed, String meant, String... words) {
    return typed.startsWith("-") && List.of(words).contains(typed)
        ? List.of(words).stream()
            .map(word -> word.equals(typed) ? meant : ShellWord.of(word))
            .collect(Collectors.joining(" ", "aegis ", ""))
        : spec.qualifiedName() + " " + meant;
  }

  private static List<String> meant(String typed, Set<String> known) {
    return Optional.ofNullable(OTHERS_WORDS.get(typed))
        .filter(ours -> known.contains(ours.split(" ", 2)[0]))
        .map(List::of)
        .orElseGet(() -> Spelling.nearest(
            typed,
            known.stream()
                .filter(one -> isSpelt(one) || one.equalsIgnoreCase(typed))
                .toList()));
  }

  /** Of one letter, any other is near. */
  private static boolean isSpelt(String option) {
    return option.startsWith("--") || !option.startsWith("-");
  }

  /** As the rest is written; the names of constants as they are typed. */
  private static String inOurWords(String picocli) {
    String text = picocli
        .replaceFirst("^Error: ", "")
        .replace("Missing required argument (specify one of these): ", "One of these is needed: ");
    return CONSTANTS.matcher(text).replaceAll(found -> found.group(1).toLowerCase(Locale.ROOT));
  }

  private static String fact(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()
        && !unmatched.getUnmatched().getFirst().startsWith("-")) {
      String typed = unmatched.getUnmatched().getFirst();
      boolean wantsCommand = !wrong.getCommandLine().getSubcommands().isEmpty();
      return (wantsCommand ? "there is no command '" : "one word too many: '") + typed + "'";
    }
    String text =
        inOurWords(String.valueOf(wrong.getMessage()).lines().findFirst().orElse(""));
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
