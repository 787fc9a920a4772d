package io.aegis.cli.frame;

import io.aegis.cli.terminal.JsonDocument;
import io.aegis.cli.terminal.Paint;
import io.aegis.kernel.Json;
import io.aegis.kernel.Report;
import java.util.List;

/** A report as a person reads it at 3 a.m., and as a script reads it. */
final class ErrorPage {
  private ErrorPage() {}

  /**
   * <pre>
   * error AEG-2104: what failed on what
   *   why:  the cause
   *   safe: what was left untouched
   *   next: the best thing to type
   *         another
   * </pre>
   */
  static String text(Report report, Paint paint) {
    var page = new StringBuilder();
    page.append(paint.red(paint.bold("error " + report.code().id())))
        .append(": ")
        .append(report.what())
        .append('\n');
    if (!report.why().isEmpty()) {
      part(page, paint, "why:  ", report.why().lines().toList());
    }
    part(page, paint, "safe: ", report.safe().lines().toList());
    part(page, paint, "next: ", report.next());
    return page.toString();
  }

  private static void part(StringBuilder page, Paint paint, String label, List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      page.append("  ")
          .append(i == 0 ? paint.bold(label) : " ".repeat(label.length()))
          .append(lines.get(i))
          .append('\n');
    }
  }

  static String json(Report report, ExitCode exit) {
    return JsonDocument.of("Error")
        .with("code", report.code().id())
        .with("what", report.what())
        .with("why", report.why())
        .with("safe", report.safe())
        .with("next", Json.texts(report.next()))
        .with("exitCode", exit.number())
        .compact();
  }
}
