package io.aegis.cli.execution;

import io.aegis.cli.terminal.Paint;
import io.aegis.recovery.ExecutionState;
import io.aegis.recovery.StepState;
import java.util.Locale;

/** States as people read them. */
final class ExecutionWords {
  private ExecutionWords() {}

  static String of(ExecutionState state) {
    return plain(state);
  }

  static String of(StepState state) {
    return plain(state);
  }

  private static String plain(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** One character in front of a step. */
  static String mark(StepState state, Paint paint) {
    return switch (state) {
      case SUCCEEDED -> paint.green("✔");
      case SUCCEEDED_WITH_WARNING -> paint.yellow("✔");
      case RUNNING -> "▸";
      case PENDING_APPROVAL, PENDING_MANUAL -> paint.yellow("?");
      case FAILED, TIMED_OUT -> paint.red("✘");
      case FAILED_IGNORED, TIMED_OUT_IGNORED -> paint.yellow("✘");
      case SKIPPED, DISABLED, CANCELED -> "-";
      case UNKNOWN -> paint.yellow("!");
      case NOT_STARTED, READY -> "·";
    };
  }
}
