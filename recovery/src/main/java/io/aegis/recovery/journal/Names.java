package io.aegis.recovery.journal;

import io.aegis.recovery.ApplicationName;
import io.aegis.recovery.ExecutionId;
import io.aegis.storage.ObjectKey;
import java.util.Locale;

/** Every name that executions have in a repository; numbers are padded so that names sort. */
public final class Names {
  private Names() {}

  public static ObjectKey declaration(ExecutionId execution) {
    return new ObjectKey("executions/" + execution + "/declaration");
  }

  /** Whose declaration that is. */
  public static ExecutionId execution(ObjectKey declaration) {
    String name = declaration.name();
    return new ExecutionId(name.substring("executions/".length(), name.lastIndexOf('/')));
  }

  public static ObjectKey evidence(ExecutionId execution) {
    return new ObjectKey("executions/" + execution + "/evidence");
  }

  static String entries(ExecutionId execution) {
    return "executions/" + execution + "/journal/";
  }

  static ObjectKey entry(ExecutionId execution, long epoch, long sequence) {
    return new ObjectKey(
        entries(execution) + String.format(Locale.ROOT, "%06d-%08d", epoch, sequence));
  }

  public static String requests(ExecutionId execution) {
    return "executions/" + execution + "/requests/";
  }

  public static ObjectKey request(ExecutionId execution, long number) {
    return numbered(requests(execution), number);
  }

  public static String signsOfLife(ExecutionId execution) {
    return "executions/" + execution + "/alive/";
  }

  public static ObjectKey signOfLife(ExecutionId execution, String nonce, long number) {
    return numbered(signsOfLife(execution) + nonce + "-", number);
  }

  public static String claims() {
    return "claims/";
  }

  public static String claims(ApplicationName application) {
    return claims() + application + "/";
  }

  public static ObjectKey claim(ApplicationName application, long number) {
    return numbered(claims(application), number);
  }

  /** The number at the end of a numbered name. */
  public static long number(ObjectKey name) {
    String text = name.name();
    int start = Math.max(text.lastIndexOf('/'), text.lastIndexOf('-')) + 1;
    return Long.parseLong(text.substring(start));
  }

  private static ObjectKey numbered(String prefix, long number) {
    return new ObjectKey(prefix + String.format(Locale.ROOT, "%08d", number));
  }
}
