package io.aegis.storage;

import java.time.Instant;

/**
 * What a store knows of an object without reading it.
 *
 * @param size in bytes
 * @param modified when it was stored, by the store's own clock
 */
public record ObjectStat(ObjectKey key, long size, Instant modified) {}
