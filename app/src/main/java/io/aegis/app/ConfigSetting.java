package io.aegis.app;

/**
 * One setting and where its value came from.
 *
 * @param key dotted, items of a list by number: {@code recovery.invariants[0].sql}
 * @param value as it was written; a secret is shown as its reference only
 */
public record ConfigSetting(String key, String value, ConfigOrigin origin) {}
