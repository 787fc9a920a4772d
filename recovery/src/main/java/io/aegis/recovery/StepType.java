package io.aegis.recovery;

import io.aegis.kernel.Json;
import java.util.regex.Pattern;

/**
 * One kind of step: its name in plans, how its payload is written down, and who runs it. Open
 * between modules, sealed within one: a protector keeps its payloads in a sealed interface.
 *
 * @param kind {@code <module>.<what-it-does>}, as in {@code postgres.restore-base}; never renamed
 * @param version 1 or more; raised when the payload or its meaning changes
 * @param <S> the protector's own record of what the step is to do
 */
public record StepType<S>(String kind, int version, Codec<S> codec, StepRunner<S> runner) {
  private static final Pattern KIND = Pattern.compile("[a-z]+\\.[a-z][a-z0-9-]*");

  public StepType {
    if (!KIND.matcher(kind).matches() || version < 1) {
      throw new IllegalArgumentException("not a kind of step: " + kind + " v" + version);
    }
  }

  /** What is written into a plan: recovery itself never looks inside {@code content}. */
  public Payload payload(S step) {
    return new Payload(kind, version, codec.encode(step));
  }

  /**
   * Turns a payload into JSON and back; {@code decode(encode(s))} equals {@code s}.
   *
   * @param <S> the payload
   */
  public interface Codec<S> {
    Json.Obj encode(S step);

    /**
     * @throws io.aegis.kernel.ByteReader.Malformed if {@code content} is not such a payload
     */
    S decode(Json.Obj content);
  }

  /** What one step is to do, as plans keep it. */
  public record Payload(String kind, int version, Json.Obj content) {
    public Payload {
      if (!KIND.matcher(kind).matches() || version < 1) {
        throw new IllegalArgumentException("not a kind of step: " + kind + " v" + version);
      }
    }

    /** The module that owns the kind: {@code postgres}. */
    public String module() {
      return kind.substring(0, kind.indexOf('.'));
    }
  }
}
