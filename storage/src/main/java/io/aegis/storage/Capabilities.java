package io.aegis.storage;

/**
 * What a store can do beyond the minimum.
 *
 * @param conditionalPut two racing {@code putIfAbsent} of one key never both succeed
 */
public record Capabilities(boolean conditionalPut) {}
