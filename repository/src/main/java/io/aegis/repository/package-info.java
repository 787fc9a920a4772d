/**
 * The sealed repository: the only thing Aegis believes. Content is compressed, encrypted and packed
 * on the client; objects are written once and never changed; a snapshot is complete in itself.
 *
 * <p>Read in this order: {@link io.aegis.repository.Repository} (what it offers), {@link
 * io.aegis.repository.SnapshotWriter} and {@link io.aegis.repository.SnapshotReader} (large
 * things), {@link io.aegis.repository.Records} (small things), {@link io.aegis.repository.Register}
 * (what must exist). The bytes are specified in {@code docs/format}.
 *
 * <p>Kept secret here: every byte layout, every key, every name of an object. Must never hear of
 * PostgreSQL, Kubernetes or plans.
 */
@NullMarked
package io.aegis.repository;

import org.jspecify.annotations.NullMarked;
