package io.aegis.repository;

/**
 * Sizes, for people.
 *
 * @param storedBytes everything in the store below the repository
 * @param packBytes of them in packs
 * @param objects how many objects
 * @param snapshots how many snapshots, of all components
 * @param sourceBytes the sum of what those snapshots captured
 */
public record RepositoryStats(
    long storedBytes, long packBytes, long objects, long snapshots, long sourceBytes) {}
