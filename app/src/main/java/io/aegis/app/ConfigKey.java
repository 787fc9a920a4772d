package io.aegis.app;

/**
 * What can be set: the entry of the reference page.
 *
 * @param path dotted; {@code []} marks an item of a list
 * @param expects the form of its value, for people
 * @param fallback the value that holds when nobody says anything; {@code required} or {@code
 *     optional} where there is none
 * @param variable the environment variable that sets it; empty within a list
 */
public record ConfigKey(
    String path, String expects, String fallback, String variable, String meaning) {}
