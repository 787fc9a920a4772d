/**
 * What can be put around a store, one class each: retries, a delay, counters, crash points. Any
 * order works, but it matters: what is outside a {@link io.aegis.storage.layer.RetryingStore} sees
 * a request once, what is inside sees every attempt.
 *
 * <p>Kept secret here: how long to wait, and when not to.
 */
@NullMarked
package io.aegis.storage.layer;

import org.jspecify.annotations.NullMarked;
