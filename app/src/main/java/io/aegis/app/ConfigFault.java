package io.aegis.app;

/**
 * One thing that is wrong with the configuration.
 *
 * @param key the setting, dotted; empty for the file as a whole
 * @param what the fact
 * @param remedy what to write instead
 */
public record ConfigFault(ConfigOrigin origin, String key, String what, String remedy) {

  /** {@code aegis.yaml:7: objectives.rto: '15' is not a duration. Write …}. */
  public String line() {
    return origin + ": " + words();
  }

  /** The same without its place. */
  String words() {
    return (key.isEmpty() ? "" : key + ": ") + what + ". " + remedy;
  }
}
