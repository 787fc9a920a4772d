package io.aegis.kernel.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** The test, or all tests of the class, need these parts of {@code scripts/parts list}. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresPart.Condition.class)
public @interface RequiresPart {
  /** Their names, such as {@code postgres-17}. */
  String[] value();

  /** Skips what lacks a part, or fails it with {@code CI=true}. */
  final class Condition implements ExecutionCondition {
    private final Parts parts;

    public Condition() {
      this(Parts.here());
    }

    Condition(Parts parts) {
      this.parts = parts;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), RequiresPart.class)
          .map(required -> decide(nameOf(context), required.value()))
          .orElseGet(() -> ConditionEvaluationResult.enabled("needs no part"));
    }

    ConditionEvaluationResult decide(String test, String... names) {
      for (var name : names) {
        if (parts.ask(name) instanceof Parts.Answer.Absent(var remedy)) {
          return ConditionEvaluationResult.disabled(parts.skip(test, name, remedy));
        }
      }
      return ConditionEvaluationResult.enabled("every part is present");
    }

    private static String nameOf(ExtensionContext context) {
      return context.getRequiredTestClass().getName()
          + context.getTestMethod().map(method -> "." + method.getName()).orElse("");
    }
  }
}
