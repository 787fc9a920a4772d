package io.aegis.storage;

/**
 * What a store can do beyond the minimum.
 *
 * @param conditionalPut two racing {@code putIfAbsent} of one key never both succeed, wherever they
 *     come from. Without it, only one writer at a time may use the store.
 */
public record Capabilities(boolean conditionalPut) {}
